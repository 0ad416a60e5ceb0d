import { createRoot } from 'react-dom/client';
import type { WorkerClient } from '../client/worker';
import type { EditorHost } from './host';
import { editorRoot, keepKeys } from './root';
import { Shell } from './shell/Shell';
import './styles/index.css';

export type { EditorHost };

/**
 * Shows the editor in an element; `client` null shows the screen on which a worker is made or picked.
 * The caller keeps what it gives; the returned function takes the editor out again.
 */
export function mount(element: HTMLElement, client: WorkerClient | null, host: EditorHost): () => void {
  const root = editorRoot(host.compact);
  element.append(root);
  const react = createRoot(root);
  keepKeys(root);
  react.render(<Shell root={root} client={client} host={host} />);
  return () => {
    react.unmount();
    root.remove();
  };
}
