import { useState } from 'react';
import type { WorkerRecord } from '../../client/manager';
import { SettingsFields } from '../../workers/SettingsFields';
import { draftOf, type SettingsDraft } from '../../workers/settings';

interface SettingsFormProps {
  worker: WorkerRecord;
  onCancel(): void;
  /** @param before the worker as it was when the editing began */
  onSave(draft: SettingsDraft, before: WorkerRecord): Promise<void>;
}

/** Asks how a worker is to be kept. */
export function SettingsForm({ worker, onCancel, onSave }: SettingsFormProps): React.JSX.Element {
  const [before] = useState(worker);
  const [edited, setEdited] = useState(() => draftOf(worker));
  const [busy, setBusy] = useState(false);
  return (
    <form
      className="fn-menu-form"
      onSubmit={async event => {
        event.preventDefault();
        setBusy(true);
        await onSave(edited, before);
        setBusy(false);
      }}
    >
      <p>
        Settings of <b>{worker.name}</b>
      </p>
      <SettingsFields draft={edited} fieldClass="fn-field" onChange={setEdited} />
      <div className="fn-form-end">
        <button type="button" className="fn-button" onClick={onCancel}>
          Cancel
        </button>
        <button
          type="submit"
          className="fn-button"
          data-primary
          data-testid="fn-settings-save"
          disabled={busy}
        >
          {busy ? 'Wait…' : 'Save'}
        </button>
      </div>
    </form>
  );
}
