import { useCallback, useId, useRef, useState } from 'react';
import { filterOptions, labelOf, type Option, parseOptions } from '../options';
import { Popover } from '../Popover';
import { editableText, type FieldProps, placeholderOf } from './fieldProps';
import { useTyping } from './useTyping';

/** A text with suggestions: choose one from the list, or type what is not in it. */
export function ComboField(props: FieldProps): React.JSX.Element {
  const { port, draft, testId, onValue, onRestore } = props;
  const anchor = useRef<HTMLSpanElement>(null);
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(-1);
  const typing = useTyping<HTMLInputElement>(props);
  const all = parseOptions(port);
  // right after opening the list is whole; it narrows only by what is really typed
  const typed = draft && port.value && draft.text === editableText(port.value) ? '' : (draft?.text ?? '');
  const options = filterOptions(all, typed);
  const close = useCallback(() => setOpen(false), []);

  const choose = (option: Option): void => {
    onRestore();
    onValue(option.value);
    setOpen(false);
    setMarked(-1);
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>): void => {
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const option = options[marked];
    if (move && options.length > 0) {
      event.preventDefault();
      setOpen(true);
      setMarked((marked + move + options.length) % options.length);
    } else if (event.key === 'Enter' && open && option) {
      event.preventDefault();
      choose(option);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      setOpen(false);
    } else {
      if (event.key === 'Enter') setOpen(false);
      typing.onKeyDown(event);
    }
  };

  return (
    <span className="fn-select nodrag" ref={anchor}>
      <input
        className="fn-field"
        data-testid={testId}
        data-refused={draft?.phase === 'refused' || undefined}
        type="text"
        role="combobox"
        aria-label={port.name}
        aria-expanded={open}
        aria-controls={listId}
        aria-invalid={draft?.phase === 'refused'}
        spellCheck={false}
        autoComplete="off"
        placeholder={placeholderOf(port)}
        title={draft?.message}
        value={
          draft || port.value?.is_default ? typing.text : (labelOf(all, port.value?.value) ?? typing.text)
        }
        readOnly={typing.readOnly}
        onClick={() => setOpen(true)}
        onChange={event => {
          setOpen(true);
          setMarked(-1);
          typing.onChange(event);
        }}
        onFocus={typing.onFocus}
        onBlur={() => {
          setOpen(false);
          typing.onBlur();
        }}
        onKeyDown={onKeyDown}
      />
      {open && options.length > 0 && (
        <Popover anchor={anchor} matchWidth className="fn-list" onClose={close}>
          <OptionList
            id={listId}
            options={options}
            marked={marked}
            value={port.value?.value}
            onChoose={choose}
          />
        </Popover>
      )}
    </span>
  );
}

function showMarked(option: HTMLElement | null): void {
  option?.scrollIntoView({ block: 'nearest' });
}

interface OptionListProps {
  id: string;
  options: readonly Option[];
  marked: number;
  value: unknown;
  onChoose(option: Option): void;
}

function OptionList({ id, options, marked, value, onChoose }: OptionListProps): React.JSX.Element {
  return (
    <div id={id} role="listbox" className="fn-list-items">
      {options.map((option, index) => (
        <div
          key={option.label}
          role="option"
          tabIndex={-1}
          className="fn-list-item"
          aria-selected={option.value === value}
          data-marked={index === marked || undefined}
          ref={index === marked ? showMarked : undefined}
          // the press must not take the focus from the field, which would commit what is typed
          onPointerDown={event => event.preventDefault()}
          onMouseDown={event => event.preventDefault()}
          onClick={() => onChoose(option)}
          onKeyDown={event => event.key === 'Enter' && onChoose(option)}
        >
          {option.label}
        </div>
      ))}
    </div>
  );
}
