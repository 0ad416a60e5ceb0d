import { useState } from 'react';
import { useBusy } from '../../workers/useBusy';

interface ExportFormProps {
  name: string;
  onExport(files: boolean): Promise<void>;
}

/** Asks what of a worker goes into its archive. */
export function ExportForm({ name, onExport }: ExportFormProps): React.JSX.Element {
  const [files, setFiles] = useState(true);
  const [busy, during] = useBusy();
  return (
    <form
      className="fn-menu-form"
      onSubmit={event => {
        event.preventDefault();
        void during(onExport(files));
      }}
    >
      <p>
        <b>{name}</b> as an archive, to keep or to give away.
      </p>
      <label className="fn-check">
        <input type="checkbox" checked={files} onChange={event => setFiles(event.currentTarget.checked)} />
        With its uploaded files
      </label>
      <div className="fn-form-end">
        <button type="submit" role="menuitem" className="fn-button" data-primary disabled={busy}>
          {busy ? 'Exporting…' : 'Export'}
        </button>
      </div>
    </form>
  );
}
