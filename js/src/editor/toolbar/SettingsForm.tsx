import { useState } from 'react';
import type { WorkerRecord } from '../../client/manager';
import { FormEnd } from '../../workers/FormEnd';
import { SettingsFields } from '../../workers/SettingsFields';
import { draftOf, type SettingsDraft } from '../../workers/settings';
import { useBusy } from '../../workers/useBusy';

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
  const [busy, during] = useBusy();
  return (
    <form
      className="fn-menu-form"
      onSubmit={event => {
        event.preventDefault();
        void during(onSave(edited, before));
      }}
    >
      <p>
        Settings of <b>{worker.name}</b>
      </p>
      <SettingsFields draft={edited} fieldClass="fn-field" onChange={setEdited} />
      <div className="fn-form-end">
        <FormEnd cancel={{ onClick: onCancel }} action="Save" testId="fn-settings-save" busy={busy} />
      </div>
    </form>
  );
}
