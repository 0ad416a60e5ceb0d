import type { FieldKind } from '../fieldKind';
import { labelOf, parseOptions } from '../options';
import { pythonText } from '../previews/pythonText';
import { type FieldProps, placeholderOf, shownText } from './fieldProps';

interface HeldFieldProps extends Pick<FieldProps, 'port' | 'testId'> {
  kind: Exclude<FieldKind, 'none'>;
}

/** What a field holds, where nobody can change it: to be read, marked and copied. */
export function HeldField({ port, testId, kind }: HeldFieldProps): React.JSX.Element {
  const value = port.value?.value;
  if (kind === 'check') {
    return (
      <span className="fn-check" data-testid={testId} data-default={port.value?.is_default || undefined}>
        {typeof value === 'boolean' ? pythonText(value) : (port.value?.text ?? 'not set')}
      </span>
    );
  }
  const look = {
    'data-testid': testId,
    'aria-label': port.name,
    placeholder: placeholderOf(port),
    title: port.value?.text,
    value: (port.value?.is_default ? undefined : labelOf(parseOptions(port), value)) ?? shownText(port.value),
    readOnly: true,
  };
  return kind === 'area' ? (
    <textarea className="fn-field fn-field-area nodrag nowheel" {...look} />
  ) : (
    <input className="fn-field nodrag" type="text" {...look} />
  );
}
