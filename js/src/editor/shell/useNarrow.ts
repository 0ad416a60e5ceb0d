import { useEffect } from 'react';
import { useEditor, useUi } from '../context';
import type { UiStore } from '../state/ui';

/** Pixels of width below which both panels beside the canvas would leave too little of it. */
const LEAST_WIDTH = 900;

/** Whether an editor has no room for panels at its sides. Without a width yet it is taken for wide. */
export function isNarrow(width: number, compact: boolean): boolean {
  return compact || (width > 0 && width < LEAST_WIDTH);
}

/** Follows the editor's own width: a tab beside a notebook is narrow in a wide window too. */
export function useNarrow(root: HTMLElement): void {
  const { ui, compact } = useEditor();
  const narrow = useUi(state => state.narrow);
  useEffect(() => {
    root.dataset.narrow = String(narrow);
  }, [root, narrow]);
  useEffect(() => {
    const adapt = panelKeeper(ui);
    const observer = new ResizeObserver(() => {
      if (root.clientWidth > 0) adapt(isNarrow(root.clientWidth, compact));
    });
    observer.observe(root);
    return () => observer.disconnect();
  }, [root, ui, compact]);
}

/** Closes the panels when the room gets narrow, and opens those that were open when it is wide again. */
function panelKeeper(ui: UiStore): (narrow: boolean) => void {
  let open = { libraryOpen: true, inspectorOpen: true };
  return narrow => {
    const { narrow: before, libraryOpen, inspectorOpen } = ui.getState();
    if (narrow === before) return;
    if (narrow) open = { libraryOpen, inspectorOpen };
    ui.setState(narrow ? { narrow, libraryOpen: false, inspectorOpen: false } : { narrow, ...open });
  };
}
