import { useId, useState } from 'react';
import type { Reading } from './runSettingValues';

interface SettingFieldProps<T> {
  label: string;
  unit?: string;
  placeholder: string;
  help: string;
  /** What holds now. */
  text: string;
  read(text: string): Reading<T>;
  onCommit(value: T): void;
}

/** A small setting to type: Enter and leaving commit, Escape takes back, what means nothing stays and says why. */
export function SettingField<T>(props: SettingFieldProps<T>): React.JSX.Element {
  const { label, unit, placeholder, help, text, read, onCommit } = props;
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState('');

  const restore = (): void => {
    setDraft(null);
    setProblem('');
  };
  const commit = (): void => {
    const reading = draft === null || draft.trim() === text ? null : read(draft);
    if (reading && 'problem' in reading) {
      setProblem(reading.problem);
      return;
    }
    restore();
    if (reading) onCommit(reading.value);
  };

  return (
    <div className="fn-setting" title={help}>
      <label htmlFor={id}>{label}</label>
      <span className="fn-setting-line">
        <input
          id={id}
          className="fn-field"
          type="text"
          inputMode="decimal"
          autoComplete="off"
          placeholder={placeholder}
          data-refused={problem !== '' || undefined}
          aria-invalid={problem !== ''}
          value={draft ?? text}
          onChange={event => {
            setDraft(event.currentTarget.value);
            setProblem('');
          }}
          onFocus={event => event.currentTarget.select()}
          onBlur={commit}
          onKeyDown={event => {
            if (event.key === 'Enter') commit();
            else if (event.key === 'Escape' && draft !== null) restore();
            else return;
            event.preventDefault();
          }}
        />
        {unit && <span className="fn-setting-unit">{unit}</span>}
      </span>
      {problem && (
        <p className="fn-refused" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
