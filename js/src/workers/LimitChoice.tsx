import { type InputHTMLAttributes, useId } from 'react';

interface LimitChoiceProps<Kind extends string> {
  readonly legend: string;
  /** Each choice and what it is called; the last one takes an amount. */
  readonly choices: readonly (readonly [Kind, string])[];
  readonly chosen: Kind;
  /** Begins the test ids of the choices. */
  readonly testId: string;
  readonly amount: InputHTMLAttributes<HTMLInputElement> & { readonly 'data-testid': string };
  readonly unit: string;
  onChoose(kind: Kind): void;
  onAmount(text: string): void;
}

/** Asks for a limit: the server's, none, or so much. The browser refuses amounts that cannot be. */
export function LimitChoice<Kind extends string>(props: LimitChoiceProps<Kind>): React.JSX.Element {
  const { legend, choices, chosen, testId, amount, unit, onChoose, onAmount } = props;
  const group = useId();
  const [last] = choices.slice(-1).map(([kind]) => kind);
  return (
    <fieldset>
      <legend>{legend}</legend>
      {choices.map(([kind, label]) => {
        const choice = (
          <label key={kind} className="fn-worker-tick">
            <input
              type="radio"
              name={group}
              data-testid={`${testId}-${kind}`}
              checked={chosen === kind}
              onChange={() => onChoose(kind)}
            />
            <span>{label}</span>
          </label>
        );
        if (kind !== last) return choice;
        return (
          <div key={kind} className="fn-worker-minutes">
            {choice}
            <input
              type="number"
              required
              step="any"
              disabled={chosen !== last}
              onChange={event => onAmount(event.currentTarget.value)}
              {...amount}
            />
            <span>{unit}</span>
          </div>
        );
      })}
    </fieldset>
  );
}
