import type { Edge } from '../../model/state';
import type { EditorParts } from '../context';
import { selectOnly, showPanel, type UiStore } from '../state/ui';

/** What the keys of the editor do, by key; `Mod+` is Ctrl, or Cmd on a Mac. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** @param openPalette opens the search for a node at the pointer */
export function createShortcuts(parts: EditorParts, root: HTMLElement, openPalette: () => void): Shortcuts {
  const { client, ui, host } = parts;
  const remove = (): void => removeSelection(parts);
  const back = (): void => stepBack(ui, root, host.compact);
  const rename = (): void => {
    const { selectedNodes } = ui.getState();
    const [only] = selectedNodes;
    if (only !== undefined && selectedNodes.size === 1) ui.setState({ renaming: only });
  };
  return {
    Delete: remove,
    Backspace: remove,
    Escape: back,
    F2: rename,
    '/': openPalette,
    'Mod+a': () => selectOnly(ui, Object.keys(client.store.getState().nodes)),
    'Mod+b': () => showPanel(ui, 'libraryOpen', !ui.getState().libraryOpen),
    'Mod+i': () => showPanel(ui, 'inspectorOpen', !ui.getState().inspectorOpen),
  };
}

/** The name of a key press in {@link Shortcuts}. */
export function shortcutOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>): string {
  return event.ctrlKey || event.metaKey ? `Mod+${event.key.toLowerCase()}` : event.key;
}

function removeSelection({ client, ui, commands }: EditorParts): void {
  const { selectedNodes, selectedEdges } = ui.getState();
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
  } else if (state.selectedNodes.size + state.selectedEdges.size > 0) selectOnly(ui, []);
  else if (compact) {
    ui.setState({ canvasActive: false });
    root.blur();
  }
}
