import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';

export interface NameFieldProps {
  readonly name: string;
  /** Rejects when the name cannot be used; the field stays open then. */
  rename(name: string): Promise<unknown>;
  done(): void;
}

/** A name in editing: Enter or leaving it commits, Escape takes it back. */
export function NameField({ name, rename, done }: NameFieldProps): ReactElement {
  const [text, setText] = useState(name);
  const [refusal, setRefusal] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const isOver = useRef(false);

  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  const end = (): void => {
    isOver.current = true;
    done();
  };
  const commit = async (): Promise<void> => {
    if (isOver.current) return;
    const wanted = text.trim();
    if (!wanted || wanted === name) return end();
    try {
      await rename(wanted);
      end();
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
      field.current?.focus();
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Enter') void commit();
    if (event.key === 'Escape') end();
  };

  return (
    <input
      ref={field}
      className="jp-FuncNodes-nameField"
      data-testid="fn-worker-name"
      data-lm-suppress-shortcuts="true"
      aria-label="Name of the worker"
      aria-invalid={refusal !== ''}
      title={refusal}
      value={text}
      onChange={event => {
        setText(event.target.value);
        setRefusal('');
      }}
      onKeyDown={onKeyDown}
      // After a refusal leaving the field takes the name back: else one could not leave it.
      onBlur={() => (refusal ? end() : void commit())}
    />
  );
}
