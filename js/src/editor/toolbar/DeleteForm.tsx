import { useBusy } from '../../workers/useBusy';

interface DeleteFormProps {
  name: string;
  onCancel(): void;
  onDelete(): Promise<void>;
}

/** Asks whether a worker is to be deleted. */
export function DeleteForm({ name, onCancel, onDelete }: DeleteFormProps): React.JSX.Element {
  const [busy, during] = useBusy();
  return (
    <div className="fn-menu-form">
      <p>
        Delete <b>{name}</b>? Its graph and its files go to the trash.
      </p>
      <div className="fn-form-end">
        <button
          type="button"
          role="menuitem"
          // biome-ignore lint/a11y/noAutofocus: what was chosen before is gone, and with it the place of the keys
          autoFocus
          className="fn-button"
          onClick={onCancel}
        >
          Cancel
        </button>
        <button
          type="button"
          role="menuitem"
          className="fn-button fn-danger"
          data-testid="fn-worker-delete"
          disabled={busy}
          onClick={() => void during(onDelete())}
        >
          {busy ? 'Wait…' : 'Delete'}
        </button>
      </div>
    </div>
  );
}
