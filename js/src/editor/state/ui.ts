import { createStore, type StoreApi } from 'zustand/vanilla';
import { tableOf } from '../../model/table';
import type { Draft } from '../../renderers/fields/fieldProps';
import type { Point } from '../layout/placement';

/** Where the quick-add palette hangs on the screen, and where on the canvas its node goes. */
export interface Palette {
  /** Relative to the editor, in pixels. */
  readonly at: Point;
  /** In canvas pixels; null: the middle of the view. */
  readonly target: Point | null;
}

export interface Notice {
  /** `done`: something small went well; it is said for a moment only. */
  readonly tone: 'error' | 'info' | 'done';
  readonly text: string;
  /** How far it is, 0…1, of something that goes on: the notice stays until it is done. */
  readonly progress?: number;
  /** What can be done about it. */
  readonly offer?: { readonly label: string; accept(): void };
}

/** What is asked in a dialog: a new worker, or the packages of one, perhaps to fill in what is missing. */
export type AskedInDialog =
  | { readonly about: 'new-worker' }
  | { readonly about: 'packages'; readonly worker: string; readonly fillIn?: boolean };

/** What only this screen knows. The graph itself lives in the graph store and nowhere else. */
export interface UiState {
  readonly selectedNodes: ReadonlySet<string>;
  readonly selectedEdges: ReadonlySet<string>;
  /** The group whose frame is selected; then no node is. */
  readonly selectedGroup: string | null;
  readonly hoveredEdge: string | null;
  /** Places that are being dragged or on their way to the worker. */
  readonly positions: Readonly<Record<string, Point>>;
  readonly sizes: Readonly<Record<string, readonly [number, number]>>;
  /** What is typed and not yet in the worker, by port key. */
  readonly drafts: Readonly<Record<string, Draft>>;
  readonly libraryOpen: boolean;
  readonly inspectorOpen: boolean;
  /** Side by side there is no room: panels slide over the canvas, one at a time, and start closed. */
  readonly narrow: boolean;
  readonly palette: Palette | null;
  /** Where the menu of the selection was asked for; relative to the editor, in pixels. */
  readonly menu: Point | null;
  /** The node or the group whose name is being changed. */
  readonly renaming: string | null;
  readonly notice: Notice | null;
  /** The worker was asked to stop something and says nothing: perhaps it cannot. */
  readonly silent: boolean;
  readonly dialog: AskedInDialog | null;
  /** Somebody wants to see the log of the selected node. */
  readonly logWanted: boolean;
  /** What the worker itself has printed is shown below the canvas. */
  readonly workerLog: boolean;
  /** In a cell: the wheel belongs to the canvas now. */
  readonly canvasActive: boolean;
  /** Shift is held: dragging on the canvas draws a selection box. */
  readonly boxSelect: boolean;
  /** Many small nodes are in view: only their shapes are drawn. */
  readonly far: boolean;
}

export type UiStore = StoreApi<UiState>;

export type PanelName = 'libraryOpen' | 'inspectorOpen';

export function createUiStore(narrow: boolean): UiStore {
  return createStore(() => ({
    selectedNodes: new Set<string>(),
    selectedEdges: new Set<string>(),
    selectedGroup: null,
    hoveredEdge: null,
    positions: tableOf(),
    sizes: tableOf(),
    drafts: tableOf(),
    libraryOpen: !narrow,
    inspectorOpen: !narrow,
    narrow,
    palette: null,
    menu: null,
    renaming: null,
    notice: null,
    silent: false,
    dialog: null,
    logWanted: false,
    workerLog: false,
    canvasActive: false,
    boxSelect: false,
    far: false,
  }));
}

/** Opens or closes a side panel; where panels slide over, the other one makes room. */
export function showPanel(ui: UiStore, which: PanelName, open: boolean): void {
  ui.setState(state => ({
    ...(state.narrow && open && { libraryOpen: false, inspectorOpen: false }),
    [which]: open,
  }));
}

/** Selects these nodes and nothing else. */
export function selectOnly(ui: UiStore, nodes: Iterable<string>): void {
  ui.setState({ selectedNodes: new Set(nodes), selectedEdges: new Set(), selectedGroup: null });
}

/** Selects a group and nothing else. */
export function selectGroup(ui: UiStore, id: string): void {
  ui.setState({ selectedNodes: new Set(), selectedEdges: new Set(), selectedGroup: id });
}

export function setDraft(ui: UiStore, key: string, draft: Draft): void {
  ui.setState(state => ({ drafts: tableOf(state.drafts, { [key]: draft }) }));
}

/** Drops a draft; with `only` given, only if it is still that one. */
export function dropDraft(ui: UiStore, key: string, only?: Draft): void {
  const held = ui.getState().drafts[key];
  if (!held || (only && held !== only)) return;
  ui.setState(state => ({ drafts: without(state.drafts, [key]) }));
}

/** A record without some of its keys; the same record when it had none of them. */
export function without<T>(
  record: Readonly<Record<string, T>>,
  keys: readonly string[],
): Readonly<Record<string, T>> {
  if (!keys.some(key => key in record)) return record;
  return tableOf(Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key))));
}
