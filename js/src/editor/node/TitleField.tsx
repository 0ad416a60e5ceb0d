import { useEffect, useRef, useState } from 'react';
import { useEditor } from '../context';

interface TitleFieldProps {
  label: string;
  name: string;
  onRename(name: string): void;
}

/** The title while it is being changed: Enter and leaving commit, Escape takes back. */
export function TitleField({ label, name, onRename }: TitleFieldProps): React.JSX.Element {
  const { ui } = useEditor();
  const [text, setText] = useState(name);
  const field = useRef<HTMLInputElement>(null);
  const left = useRef(false);

  useEffect(() => field.current?.select(), []);

  const leave = (commit: boolean): void => {
    if (left.current) return;
    left.current = true;
    ui.setState({ renaming: null });
    const wanted = text.trim();
    if (commit && wanted && wanted !== name) onRename(wanted);
  };

  return (
    <input
      ref={field}
      className="fn-title-field nodrag"
      aria-label={label}
      spellCheck={false}
      value={text}
      onChange={event => setText(event.currentTarget.value)}
      onBlur={() => leave(true)}
      onKeyDown={event => {
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        event.preventDefault();
        leave(event.key === 'Enter');
        event.currentTarget.closest<HTMLElement>('.fn-editor')?.focus({ preventScroll: true });
      }}
    />
  );
}
