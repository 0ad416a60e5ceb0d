import { useId } from 'react';
import type { EnvironmentKind } from '../client/packages';

/** Which packages a new worker is to see, while that is edited. */
export interface EnvironmentDraft {
  readonly environment: EnvironmentKind;
  /** As typed: a version or a path; empty: the server's. Counts for `own` only. */
  readonly python: string;
}

export const USUAL_ENVIRONMENT: EnvironmentDraft = { environment: 'server', python: '' };

/** What each choice means and costs. */
export const ENVIRONMENT_CHOICES: readonly (readonly [EnvironmentKind, string, string])[] = [
  ['server', 'This server’s', 'Ready at once. What Jupyter has; it is not changed from here.'],
  [
    'shared',
    'Its own, with the server’s packages visible',
    'About a second. What you add is this worker’s alone, beside what the server has.',
  ],
  ['own', 'Its own', 'A few seconds. Only what you add; its lock makes the same again elsewhere.'],
];

interface EnvironmentFieldsProps {
  draft: EnvironmentDraft;
  disabled: boolean;
  onChange(draft: EnvironmentDraft): void;
}

/** Asks which packages a worker is to see. */
export function EnvironmentFields({ draft, disabled, onChange }: EnvironmentFieldsProps): React.JSX.Element {
  const id = useId();
  return (
    <fieldset className="fn-choices" disabled={disabled}>
      <legend>Packages</legend>
      {ENVIRONMENT_CHOICES.map(([kind, label, explanation]) => (
        <div key={kind}>
          <label className="fn-choice">
            <input
              type="radio"
              name={id}
              data-testid={`fn-environment-${kind}`}
              checked={draft.environment === kind}
              onChange={() => onChange({ ...draft, environment: kind })}
            />
            <span>
              {label}
              <small>{explanation}</small>
            </span>
          </label>
          {kind === 'own' && draft.environment === 'own' && (
            <div className="fn-choice-more">
              <label htmlFor={`${id}-python`}>Python</label>
              <input
                id={`${id}-python`}
                className="fn-field"
                data-testid="fn-environment-python"
                type="text"
                placeholder="the server’s"
                spellCheck={false}
                autoComplete="off"
                value={draft.python}
                onChange={event => onChange({ ...draft, python: event.currentTarget.value })}
              />
              <small>A version such as 3.12, or a path. Downloaded if it is not here.</small>
            </div>
          )}
        </div>
      ))}
    </fieldset>
  );
}
