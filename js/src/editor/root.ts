const KEY_EVENTS = ['keydown', 'keypress', 'keyup'] as const;

/** The element that an editor is drawn into. */
export function editorRoot(compact: boolean): HTMLElement {
  const root = document.createElement('div');
  root.className = 'fn-editor';
  root.tabIndex = 0;
  root.dataset.testid = 'fn-editor';
  root.dataset.compact = String(compact);
  // else JupyterLab takes what is typed on the canvas for its own shortcuts: `d d` deletes the cell
  root.dataset.lmSuppressShortcuts = 'true';
  return root;
}

/** Has an editor keep its keys to itself. To be called once React has its own listeners on the same element. */
export function keepKeys(root: HTMLElement): void {
  // React sees the key, the notebook does not
  for (const name of KEY_EVENTS) root.addEventListener(name, stop);
  root.addEventListener('pointerdown', keepFocus);
}

function stop(event: Event): void {
  event.stopPropagation();
}

/** A press on the canvas brings the keys here, where nothing under the pointer takes the focus itself. */
function keepFocus(event: PointerEvent): void {
  const root = event.currentTarget as HTMLElement;
  const target = event.target as HTMLElement;
  const takesFocus = target.closest('input, textarea, select, button, a, label, iframe, [role="option"]');
  if (!takesFocus) root.focus({ preventScroll: true });
}
