import { createRoot } from 'react-dom/client';
import type { WorkerClient } from '../client/worker';
import type { EditorHost } from './host';
import { Shell } from './shell/Shell';
import './styles/index.css';

export type { EditorHost };

const KEY_EVENTS = ['keydown', 'keypress', 'keyup'] as const;

/**
 * Shows the editor in an element; `client` null shows the screen on which a worker is made or picked.
 * The caller keeps what it gives; the returned function takes the editor out again.
 */
export function mount(element: HTMLElement, client: WorkerClient | null, host: EditorHost): () => void {
  const root = editorRoot(host.compact);
  element.append(root);
  const react = createRoot(root);
  // registered after React's own listeners on the same element: React sees the key, the notebook does not
  for (const name of KEY_EVENTS) root.addEventListener(name, stop);
  root.addEventListener('pointerdown', keepFocus);
  react.render(<Shell root={root} client={client} host={host} />);
  return () => {
    react.unmount();
    root.remove();
  };
}

function editorRoot(compact: boolean): HTMLElement {
  const root = document.createElement('div');
  root.className = 'fn-editor';
  root.tabIndex = 0;
  root.dataset.testid = 'fn-editor';
  root.dataset.compact = String(compact);
  // else JupyterLab takes what is typed on the canvas for its own shortcuts: `d d` deletes the cell
  root.dataset.lmSuppressShortcuts = 'true';
  return root;
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
