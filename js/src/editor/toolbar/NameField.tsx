import { useId, useState } from 'react';

interface NameFieldProps {
  label: string;
  action: string;
  name?: string;
  onName(name: string): Promise<void> | void;
}

/** Asks for the name of a worker. Without one the Workermanager gives a name itself. */
export function NameField({ label, action, name = '', onName }: NameFieldProps): React.JSX.Element {
  const id = useId();
  const [text, setText] = useState(name);
  const [busy, setBusy] = useState(false);
  return (
    <form
      className="fn-menu-form"
      onSubmit={async event => {
        event.preventDefault();
        if (busy) return;
        setBusy(true);
        await onName(text.trim());
        setBusy(false);
      }}
    >
      <label htmlFor={id}>{label}</label>
      <div className="fn-form-line">
        <input
          id={id}
          // biome-ignore lint/a11y/noAutofocus: the form opens in order to be typed in
          autoFocus
          className="fn-field"
          data-testid="fn-worker-name"
          type="text"
          placeholder="name"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={event => setText(event.currentTarget.value)}
        />
        <button
          type="submit"
          className="fn-button"
          data-primary
          data-testid="fn-worker-create"
          disabled={busy}
        >
          {busy ? 'Wait…' : action}
        </button>
      </div>
    </form>
  );
}
