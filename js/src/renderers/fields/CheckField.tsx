import { pythonText } from '../previews/pythonText';
import type { FieldProps } from './fieldProps';
import { useChosen } from './useChosen';

/** A box to tick, with the value beside it as Python writes it. */
export function CheckField({ port, testId, onValue }: FieldProps): React.JSX.Element {
  const { value, choose } = useChosen(port.value, onValue);
  return (
    <label className="fn-check nodrag" data-default={port.value?.is_default || undefined}>
      <input
        type="checkbox"
        data-testid={testId}
        aria-label={port.name}
        checked={value === true}
        ref={box => {
          if (box) box.indeterminate = typeof value !== 'boolean';
        }}
        onChange={event => choose(event.currentTarget.checked)}
      />
      <span>{typeof value === 'boolean' ? pythonText(value) : (port.value?.text ?? 'not set')}</span>
    </label>
  );
}
