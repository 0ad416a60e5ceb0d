import type { NodeState, PortState } from '../../protocol/types.gen';
import { fieldKind } from '../../renderers/fieldKind';
import { ownForm, type PreviewForm } from '../../renderers/previews/chooseMime';

/** Sizes of a node's parts in canvas pixels. node.css draws exactly these: nodes are never measured. */
export const BORDER = 1;
export const HEADER = 34;
export const ROW = 30;
export const AREA_ROW = 78;
export const REFUSED_LINE = 18;
export const FOOTER = 24;
/** Around the lines of an error: its padding and its distance from what follows. */
export const ERROR_FRAME = 20;
export const ERROR_LINE = 18;
export const PORT = 11;
export const NODE_WIDTH = 208;
export const PICTURE_WIDTH = 248;
export const LEAST_WIDTH = 160;
export const MOST_WIDTH = 960;
export const LEAST_PREVIEW = 64;

const PREVIEW_HEIGHT: Record<PreviewForm, number> = {
  table: 128,
  image: 188,
  html: 160,
  json: 96,
  text: 64,
  plugin: 128,
};
/** Characters of a value that fit beside a port's name. */
const LONGEST_IN_ROW = 20;
const ERROR_CHAR = 6.6;
const ERROR_SIDES = 34;
const MOST_ERROR_LINES = 2;
const TABLE_LINE = 20;
const TABLE_LINES = 4;

/** What of a node's look does not stand in its own state. */
export interface NodeLook {
  /** Ids of ports with an edge, as `in:<io>` or `out:<io>`. */
  readonly connected: ReadonlySet<string>;
  /** Inputs whose typed text the worker refused. */
  readonly refused: ReadonlySet<string>;
  /** Form of the preview at hand; null while there is none. */
  readonly form: PreviewForm | null;
  /** How many rows a table at hand has. */
  readonly tableRows?: number;
  /** The size being dragged, before the worker knows it. */
  readonly size?: readonly [number, number];
}

export interface RowPlace {
  readonly port: PortState;
  readonly connected: boolean;
  readonly top: number;
  readonly height: number;
}

export interface NodeGeometry {
  readonly width: number;
  readonly height: number;
  readonly rows: readonly RowPlace[];
  /** Zero when the node shows no preview. */
  readonly previewHeight: number;
  /** How many lines the message of an error gets; zero without one. */
  readonly errorLines: number;
  readonly leastHeight: number;
}

/** Where everything in a node stands, from its state alone. */
export function nodeGeometry(node: NodeState, look: NodeLook): NodeGeometry {
  const size = look.size ?? node.size ?? undefined;
  const rows = placeRows(node, look);
  const last = rows[rows.length - 1];
  const rowsEnd = last ? last.top + last.height : BORDER + HEADER;
  const width = clamp(Math.round(size?.[0] ?? defaultWidth(node)), LEAST_WIDTH, MOST_WIDTH);
  const errorLines = node.state === 'error' && node.error ? linesOfError(node.error.text, width) : 0;
  const errorBlock = errorLines > 0 ? ERROR_FRAME + (errorLines + 1) * ERROR_LINE : 0;
  const fixed = rowsEnd + errorBlock + FOOTER + BORDER;
  const form = previewForm(node, look);
  const wanted = size
    ? Math.max(LEAST_PREVIEW, Math.round(size[1]) - fixed)
    : form
      ? naturalHeight(form, look.tableRows)
      : 0;
  const previewHeight = form ? wanted : 0;
  return {
    width,
    height: fixed + previewHeight,
    rows,
    previewHeight,
    errorLines,
    leastHeight: fixed + (form ? LEAST_PREVIEW : 0),
  };
}

/** Inputs, then outputs; hidden ports only when something hangs on them. */
export function visiblePorts(node: NodeState, connected: ReadonlySet<string>): PortState[] {
  const seen = node.io.filter(port => !port.hidden || connected.has(portSide(port)));
  return [...seen.filter(port => port.is_input), ...seen.filter(port => !port.is_input)];
}

/** Names a port within its node: inputs and outputs may bear the same id. */
export function portSide(port: Pick<PortState, 'id' | 'is_input'>): string {
  return `${port.is_input ? 'in' : 'out'}:${port.id}`;
}

/** The form a node's preview has, or will have once there is one; null when it shows none. */
export function previewForm(node: NodeState, look: Pick<NodeLook, 'form'>): PreviewForm | null {
  const port = previewPort(node);
  if (!port) return null;
  if (port.kind === 'table') return look.form ?? 'table';
  if (port.kind === 'figure' || port.kind === 'image') return look.form ?? 'image';
  const named = formOfRenderer(port.render_options.renderer);
  if (named) return look.form ?? named;
  // a value that fits into one line stands in its row already
  const oneLine = port.value === null || (!port.value.truncated && port.value.text.length <= LONGEST_IN_ROW);
  const form = look.form ?? formOfValue(port) ?? (port.kind === 'text' ? 'text' : 'json');
  return oneLine && (form === 'text' || form === 'json') ? null : form;
}

/** The form of what a pack names for its type, where that is more than a line of text. */
function formOfRenderer(name: unknown): PreviewForm | null {
  if (typeof name !== 'string' || !name) return null;
  const own = ownForm(name);
  return own === 'text' || own === 'json' ? null : (own ?? 'plugin');
}

const VALUE_FORMS: ReadonlyMap<string, PreviewForm> = new Map([
  ['DataFrame', 'table'],
  ['Series', 'table'],
  ['Figure', 'image'],
]);

/** The form that a value will have where its port says no type, by the value's own. */
function formOfValue(port: PortState): PreviewForm | null {
  return VALUE_FORMS.get(port.value?.type ?? '') ?? null;
}

/** The port whose value is the node's picture. */
export function previewPort(node: NodeState): PortState | null {
  return node.preview_io === null ? null : (node.io.find(port => port.id === node.preview_io) ?? null);
}

function placeRows(node: NodeState, look: NodeLook): RowPlace[] {
  let top = BORDER + HEADER;
  return visiblePorts(node, look.connected).map(port => {
    const connected = look.connected.has(portSide(port));
    const height = rowHeight(port, connected) + (isRefused(port, look) ? REFUSED_LINE : 0);
    const row = { port, connected, top, height };
    top += height;
    return row;
  });
}

function linesOfError(text: string, width: number): number {
  const inLine = Math.floor((width - ERROR_SIDES) / ERROR_CHAR);
  return text.length > inLine ? MOST_ERROR_LINES : 1;
}

/** A short table takes no more room than it needs. */
function naturalHeight(form: PreviewForm, tableRows = TABLE_LINES): number {
  const missing = form === 'table' ? Math.max(0, TABLE_LINES - Math.max(1, tableRows)) : 0;
  return PREVIEW_HEIGHT[form] - missing * TABLE_LINE;
}

function rowHeight(port: PortState, connected: boolean): number {
  return port.is_input && !connected && fieldKind(port) === 'area' ? AREA_ROW : ROW;
}

function isRefused(port: PortState, look: NodeLook): boolean {
  return port.is_input && look.refused.has(port.id);
}

function defaultWidth(node: NodeState): number {
  const kind = previewPort(node)?.kind;
  return kind === 'figure' || kind === 'image' ? PICTURE_WIDTH : NODE_WIDTH;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
