import type { PortState } from '../protocol/types.gen';
import { parseOptions } from './options';
import { canBeTyped, enumOf } from './valueType';

/** How a person sets an unconnected input; `none`: only by a connection. */
export type FieldKind = 'none' | 'check' | 'select' | 'combo' | 'number' | 'line' | 'area';

type FieldPort = Pick<PortState, 'kind' | 'type' | 'value_options' | 'render_options' | 'value'>;

const ONLY_CONNECTED: ReadonlySet<string> = new Set(['table', 'array', 'figure', 'image']);

/** Which field an input gets: by its choices first, then by its kind. */
export function fieldKind(port: FieldPort): FieldKind {
  if (enumOf(port.type)) return 'select';
  if (typeof port.render_options.converter === 'string') return 'line';
  if (parseOptions(port).length > 0) return takesFreeText(port) ? 'combo' : 'select';
  if (port.kind === 'boolean') return 'check';
  if (port.kind === 'number') return 'number';
  if (port.kind === 'text') return wantsLines(port) ? 'area' : 'line';
  if (ONLY_CONNECTED.has(port.kind)) return 'none';
  return canBeTyped(port.type) ? 'line' : 'none';
}

/** Whether an input is the path of a file, so that one can be uploaded for it. */
export function takesFile(port: Pick<PortState, 'is_input' | 'render_options'>): boolean {
  return port.is_input && port.render_options.type === 'file';
}

function takesFreeText(port: FieldPort): boolean {
  return port.kind === 'text' || port.kind === 'any';
}

function wantsLines(port: FieldPort): boolean {
  const wanted = port.render_options.multiline ?? port.value_options.multiline;
  if (wanted === true || port.render_options.type === 'text_area') return true;
  const value = port.value?.value;
  return typeof value === 'string' && value.includes('\n');
}
