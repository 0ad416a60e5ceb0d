import { type FieldProps, placeholderOf } from './fieldProps';
import { stepped } from './stepping';
import { useTyping } from './useTyping';

/** One line of text or a number; arrow keys step a number by `value_options.step`. */
export function LineField(props: FieldProps & { numeric: boolean }): React.JSX.Element {
  const { port, draft, testId, numeric, onText } = props;
  const typing = useTyping<HTMLInputElement>(props);

  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>): void => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    const next = numeric && direction ? stepped(typing.text, direction, port.value_options) : null;
    if (next === null) {
      typing.onKeyDown(event);
      return;
    }
    event.preventDefault();
    onText(next);
  };

  return (
    <input
      className="fn-field nodrag"
      data-testid={testId}
      data-refused={draft?.phase === 'refused' || undefined}
      type="text"
      inputMode={numeric ? 'decimal' : 'text'}
      spellCheck={false}
      autoComplete="off"
      aria-label={port.name}
      aria-invalid={draft?.phase === 'refused'}
      placeholder={placeholderOf(port)}
      title={draft?.message}
      value={typing.text}
      readOnly={typing.readOnly}
      onChange={typing.onChange}
      onFocus={typing.onFocus}
      onBlur={typing.onBlur}
      onKeyDown={onKeyDown}
    />
  );
}
