import type { Edge } from '../../model/state';
import type { NodeState } from '../../protocol/types.gen';
import type { EditorParts } from '../context';
import { GROUP_KEYS } from '../group/groupActions';
import { MODE_KEYS, RUN_KEYS, toggleMode } from '../node/nodeActions';
import { canGroup, gather, meantGroups } from '../state/grouping';
import { selectOnly, showPanel, type UiStore } from '../state/ui';

/** What the keys of the editor do, by key; `Mod+` is Ctrl, or Cmd on a Mac. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** @param openPalette opens the search for a node at the pointer */
export function createShortcuts(parts: EditorParts, root: HTMLElement, openPalette: () => void): Shortcuts {
  const { client, ui, compact, readOnly, commands } = parts;
  const remove = (): void => removeSelection(parts);
  const back = (): void => stepBack(ui, root, compact);
  const all = (): void => selectOnly(ui, Object.keys(client.store.getState().nodes));
  if (readOnly) return { Escape: back, 'Mod+a': all };
  const rename = (): void => {
    const { selectedNodes, selectedGroup } = ui.getState();
    const [only] = selectedNodes;
    if (selectedGroup !== null) ui.setState({ renaming: selectedGroup });
    else if (only !== undefined && selectedNodes.size === 1) ui.setState({ renaming: only });
  };
  const redo = (): void => void commands.redo();
  const run = (scope: 'only' | 'to') => (): void =>
    void commands.runNodes(
      selectedNodes(parts).map(node => node.uuid),
      scope,
    );
  const mode = (wanted: keyof typeof MODE_KEYS) => (): void =>
    toggleMode(commands, selectedNodes(parts), wanted);
  return {
    Delete: remove,
    Backspace: remove,
    Escape: back,
    F2: rename,
    '/': openPalette,
    'Mod+z': () => void commands.undo(),
    'Mod+Shift+z': redo,
    'Mod+y': redo,
    [RUN_KEYS.only]: run('only'),
    [RUN_KEYS.to]: run('to'),
    [MODE_KEYS.disabled]: mode('disabled'),
    [MODE_KEYS.bypassed]: mode('bypassed'),
    [MODE_KEYS.frozen]: mode('frozen'),
    [GROUP_KEYS.group]: () => groupSelection(parts),
    [GROUP_KEYS.ungroup]: () => ungroupSelection(parts),
    'Mod+a': all,
    'Mod+b': () => showPanel(ui, 'libraryOpen', !ui.getState().libraryOpen),
    'Mod+i': () => showPanel(ui, 'inspectorOpen', !ui.getState().inspectorOpen),
  };
}

/** The name of a key press in {@link Shortcuts}. */
export function shortcutOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey'>): string {
  // Shift is part of the key where that is a sign: `/` stands above the 7 of many keyboards
  const isNamed = event.key.length > 1;
  const isModified = event.ctrlKey || event.metaKey;
  const key = isModified && !isNamed ? event.key.toLowerCase() : event.key;
  return [isModified && 'Mod', event.shiftKey && (isModified || isNamed) && 'Shift', key]
    .filter(Boolean)
    .join('+');
}

function selectedNodes({ client, ui }: EditorParts): NodeState[] {
  const { nodes } = client.store.getState();
  return [...ui.getState().selectedNodes]
    .map(uuid => nodes[uuid])
    .filter((node): node is NodeState => node !== undefined);
}

function groupSelection({ client, ui, commands }: EditorParts): void {
  const gathering = gather(client.store.getState().groups, [...ui.getState().selectedNodes]);
  if (canGroup(gathering)) void commands.group(gathering);
}

function ungroupSelection({ client, ui, commands }: EditorParts): void {
  const { selectedNodes, selectedGroup } = ui.getState();
  const meant = meantGroups(client.store.getState().groups, [...selectedNodes]);
  void commands.ungroup(selectedGroup === null ? meant : [selectedGroup]);
}

function removeSelection({ client, ui, commands }: EditorParts): void {
  const { selectedNodes, selectedEdges, selectedGroup } = ui.getState();
  if (selectedGroup !== null) {
    void commands.ungroup([selectedGroup]); // the frame only: its nodes are not selected
    return;
  }
  const { edges } = client.store.getState();
  const chosen = [...selectedEdges].map(key => edges[key]).filter((edge): edge is Edge => edge !== undefined);
  void commands.remove([...selectedNodes], chosen);
}

/** Escape takes back one thing at a time: the palette, a panel that slid over, the selection, the wheel. */
function stepBack(ui: UiStore, root: HTMLElement, compact: boolean): void {
  const state = ui.getState();
  if (state.palette) ui.setState({ palette: null });
  else if (state.narrow && (state.libraryOpen || state.inspectorOpen)) {
    ui.setState({ libraryOpen: false, inspectorOpen: false });
  } else if (state.selectedNodes.size + state.selectedEdges.size > 0 || state.selectedGroup !== null)
    selectOnly(ui, []);
  else if (compact) {
    ui.setState({ canvasActive: false });
    root.blur();
  }
}
