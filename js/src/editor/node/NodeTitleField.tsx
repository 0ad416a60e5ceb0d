import { useEffect, useRef, useState } from 'react';
import { useEditor } from '../context';

/** The title while it is being changed: Enter and leaving commit, Escape takes back. */
export function NodeTitleField({ uuid, name }: { uuid: string; name: string }): React.JSX.Element {
  const { ui, commands } = useEditor();
  const [text, setText] = useState(name);
  const field = useRef<HTMLInputElement>(null);
  const left = useRef(false);

  useEffect(() => field.current?.select(), []);

  const leave = (commit: boolean): void => {
    if (left.current) return;
    left.current = true;
    ui.setState({ renaming: null });
    const wanted = text.trim();
    if (commit && wanted && wanted !== name) void commands.rename(uuid, wanted);
  };

  return (
    <input
      ref={field}
      className="fn-title-field nodrag"
      aria-label="Name of the node"
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
