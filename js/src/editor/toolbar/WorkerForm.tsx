import type { ManagerClient, WorkerRecord } from '../../client/manager';
import { exportWorker } from '../../workers/archives';
import { saveSettings } from '../../workers/settings';
import { useEditor } from '../context';
import { DeleteForm } from './DeleteForm';
import { ExportForm } from './ExportForm';
import { NameField } from './NameField';
import { SettingsForm } from './SettingsForm';

/** The verbs before which something is asked. */
export type FormVerb = 'rename' | 'duplicate' | 'settings' | 'export' | 'delete';

interface WorkerFormProps {
  asks: FormVerb;
  worker: WorkerRecord;
  manager: ManagerClient;
  /** Does what was asked for; says why if it fails. */
  attempt(action: () => Promise<unknown>): Promise<void>;
  onSelect(uuid: string): void;
  onCancel(): void;
}

/** What is asked before something is done to a worker. */
export function WorkerForm(props: WorkerFormProps): React.JSX.Element {
  const { asks, worker, manager, attempt, onSelect, onCancel } = props;
  const { ui } = useEditor();
  const duplicate = async (name: string): Promise<void> => {
    const copy = await manager.duplicate(worker.uuid, name || undefined);
    const offer = { label: 'Open it', accept: () => onSelect(copy.uuid) };
    ui.setState({ notice: { tone: 'info', text: `There is a copy now: “${copy.name}”.`, offer } });
  };
  switch (asks) {
    case 'rename':
      return (
        <NameField
          label="Rename worker"
          action="Rename"
          name={worker.name}
          onName={name => attempt(() => manager.rename(worker.uuid, name))}
        />
      );
    case 'duplicate':
      return (
        <NameField
          label="Name of the copy"
          action="Duplicate"
          onName={name => attempt(() => duplicate(name))}
        />
      );
    case 'settings':
      return (
        <SettingsForm
          worker={worker}
          onCancel={onCancel}
          onSave={(draft, before) => attempt(() => saveSettings(manager, before, draft))}
        />
      );
    case 'export':
      return (
        <ExportForm
          name={worker.name}
          onExport={files => attempt(() => exportWorker(manager, worker, files))}
        />
      );
    case 'delete':
      return (
        <DeleteForm
          name={worker.name}
          onCancel={onCancel}
          onDelete={() => attempt(() => manager.remove(worker.uuid))}
        />
      );
  }
}
