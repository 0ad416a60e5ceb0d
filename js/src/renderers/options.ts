import type { PortState } from '../protocol/types.gen';
import { enumOf } from './valueType';

/** One thing a person can choose: what is sent, and what is shown. */
export interface Option {
  readonly value: unknown;
  readonly label: string;
}

/** The choices of a port from `value_options.options` (a list, pairs or {label: value}), else its enum. */
export function parseOptions(port: Pick<PortState, 'type' | 'value_options'>): Option[] {
  const raw = port.value_options.options;
  if (Array.isArray(raw)) return raw.map(fromItem);
  if (isRecord(raw)) return isEnum(raw) ? fromEnum(raw) : fromLabels(raw);
  const named = enumOf(port.type);
  return named ? named.values.map((value, index) => ({ value, label: named.labels[index] as string })) : [];
}

/** The label of the option that holds a value, or undefined. */
export function labelOf(options: readonly Option[], value: unknown): string | undefined {
  return options.find(option => option.value === value)?.label;
}

/** Options whose label holds the typed text, those that begin with it first; all when it is empty. */
export function filterOptions(options: readonly Option[], typed: string): Option[] {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return [...options];
  const begins = options.filter(option => option.label.toLowerCase().startsWith(wanted));
  const holds = options.filter(option => option.label.toLowerCase().indexOf(wanted) > 0);
  return [...begins, ...holds];
}

function fromItem(item: unknown): Option {
  if (Array.isArray(item) && item.length === 2 && typeof item[0] === 'string') {
    return { value: item[1], label: item[0] };
  }
  return { value: item, label: labelFor(item) };
}

function fromLabels(record: Record<string, unknown>): Option[] {
  return Object.entries(record).map(([label, value]) => ({ label, value }));
}

function isEnum(record: Record<string, unknown>): boolean {
  return record.type === 'enum' && Array.isArray(record.values);
}

function fromEnum(record: Record<string, unknown>): Option[] {
  const named = enumOf(record);
  return named ? named.values.map((value, index) => ({ value, label: named.labels[index] as string })) : [];
}

function labelFor(value: unknown): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value === '') return "''";
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
