import { parseOptions } from '../options';
import { editableText, type FieldProps } from './fieldProps';
import { useChosen } from './useChosen';

const HELD = 'held';

/** One of a fixed set of values. A value outside the set is shown as it is, and can only be left. */
export function SelectField({ port, testId, onValue, onReset }: FieldProps): React.JSX.Element {
  const options = parseOptions(port);
  const { value, choose } = useChosen(port.value, onValue);
  const current = currentIndex(value, port.value?.text, options);
  const outside = current < 0;
  return (
    <span className="fn-select nodrag" data-default={port.value?.is_default || undefined}>
      <select
        className="fn-field"
        data-testid={testId}
        aria-label={port.name}
        value={outside ? HELD : String(current)}
        onChange={event => {
          const option = options[Number(event.currentTarget.value)];
          if (option) choose(option.value);
          else onReset();
        }}
      >
        {outside && <option value={HELD}>{port.value ? editableText(port.value) : '—'}</option>}
        {options.map((option, index) => (
          <option key={option.label} value={String(index)}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  );
}

function currentIndex(
  value: unknown,
  text: string | undefined,
  options: readonly { value: unknown; label: string }[],
): number {
  const byValue = value === undefined ? -1 : options.findIndex(option => option.value === value);
  return byValue >= 0 || text === undefined ? byValue : options.findIndex(option => option.label === text);
}
