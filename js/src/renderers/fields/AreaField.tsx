import { type FieldProps, placeholderOf } from './fieldProps';
import { useTyping } from './useTyping';

/** Several lines of text: Enter commits like everywhere, Shift+Enter makes a new line. */
export function AreaField(props: FieldProps): React.JSX.Element {
  const { port, draft, testId } = props;
  const typing = useTyping<HTMLTextAreaElement>(props);
  return (
    <textarea
      className="fn-field fn-field-area nodrag nowheel"
      data-testid={testId}
      data-refused={draft?.phase === 'refused' || undefined}
      spellCheck={false}
      aria-label={port.name}
      aria-invalid={draft?.phase === 'refused'}
      placeholder={placeholderOf(port)}
      title={draft?.message ?? 'Enter commits, Shift+Enter makes a new line'}
      value={typing.text}
      readOnly={typing.readOnly}
      onChange={typing.onChange}
      onFocus={typing.onFocus}
      onBlur={typing.onBlur}
      onKeyDown={typing.onKeyDown}
    />
  );
}
