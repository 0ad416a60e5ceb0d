import { type FocusEvent, type KeyboardEvent, useLayoutEffect, useRef } from 'react';
import { editableText, type FieldProps, shownText } from './fieldProps';

type TextElement = HTMLInputElement | HTMLTextAreaElement;

interface Typing<E extends TextElement> {
  text: string;
  readOnly: boolean;
  onChange(event: React.ChangeEvent<E>): void;
  onFocus(event: FocusEvent<E>): void;
  onBlur(): void;
  onKeyDown(event: KeyboardEvent<E>): void;
}

/** Manners of a field one types in: Enter and leaving commit, Escape takes back, a default can be edited. */
export function useTyping<E extends TextElement>(props: FieldProps): Typing<E> {
  const { port, draft, onDraft, onRestore, onText, onReset, onNeedWhole } = props;
  const toSelect = useRef<E | null>(null);
  const shown = shownText(port.value);
  const text = draft ? draft.text : shown;
  const cut = port.value?.truncated === true && !draft;

  useLayoutEffect(() => {
    toSelect.current?.select();
    toSelect.current = null;
  });

  const commit = (): void => {
    if (!draft || draft.phase === 'sent') return;
    const held = port.value ? editableText(port.value) : '';
    if (draft.phase === 'editing' && draft.text === held) onRestore();
    else if (draft.text === '' && port.kind !== 'text') onReset();
    else onText(draft.text);
  };

  return {
    text,
    readOnly: cut,
    onChange: event => onDraft(event.currentTarget.value),
    onFocus: event => {
      if (cut) return onNeedWhole();
      if (draft) return;
      if (port.value?.is_default) {
        // the text comes with the next drawing and is selected then
        toSelect.current = event.currentTarget;
        onDraft(editableText(port.value));
      } else event.currentTarget.select();
    },
    // what was refused stays for correction and is not sent a second time by leaving the field
    onBlur: () => {
      if (draft?.phase === 'editing') commit();
    },
    onKeyDown: event => {
      if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault();
        commit();
        event.currentTarget.select();
      } else if (event.key === 'Escape' && draft && draft.phase !== 'sent') {
        // what is on its way cannot be taken back here: then Escape leaves the field
        event.preventDefault();
        onRestore();
      }
    },
  };
}
