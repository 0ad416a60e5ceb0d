import { useId, useState } from 'react';
import { SubmitButton } from '../../workers/FormEnd';
import { useBusy } from '../../workers/useBusy';

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
  const [busy, during] = useBusy();
  return (
    <form
      className="fn-menu-form"
      onSubmit={event => {
        event.preventDefault();
        if (!busy) void during(onName(text.trim()));
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
        <SubmitButton action={action} testId="fn-worker-create" busy={busy} />
      </div>
    </form>
  );
}
