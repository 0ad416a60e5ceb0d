import type { PortState, ValueInfo } from '../../protocol/types.gen';

/** What a person typed and the worker does not hold yet; `refused` carries the worker's message. */
export interface Draft {
  readonly text: string;
  readonly phase: 'editing' | 'sent' | 'refused';
  readonly message?: string;
}

/** What every input field gets: the port, the draft that hides its value, and the ways to change it. */
export interface FieldProps {
  port: PortState;
  draft: Draft | undefined;
  testId: string;
  /** It says what the port holds, and takes nothing. */
  readOnly: boolean;
  /** The text in the field changed, or editing began with this text. */
  onDraft(text: string): void;
  /** Back to what the worker holds. */
  onRestore(): void;
  /** Commit what was typed; the worker reads it for the port's type. */
  onText(text: string): void;
  /** Commit a value as it is. */
  onValue(value: unknown): void;
  /** Back to the port's default. */
  onReset(): void;
  /** The shown text is cut: fetch all of it before it is edited. */
  onNeedWhole(): void;
}

/** The text of a value that a person set; empty for a default, which is the placeholder's matter. */
export function shownText(value: ValueInfo | null): string {
  return value === null || value.is_default ? '' : editableText(value);
}

/** A value as it is typed: a text without quotes, everything else as Python writes it. */
export function editableText(value: ValueInfo): string {
  return typeof value.value === 'string' && !value.truncated ? value.value : value.text;
}

/** What an empty field says: the default, `''` for an empty text, or that something is needed. */
export function placeholderOf(port: PortState): string {
  if (port.value === null) return port.required ? 'needed' : 'none';
  if (port.value.is_default) return editableText(port.value) || "''";
  return port.value.value === '' ? "''" : '';
}
