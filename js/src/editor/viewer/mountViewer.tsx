import { createRoot } from 'react-dom/client';
import type { WorkerClient } from '../../client/worker';
import { editorRoot, keepKeys } from '../root';
import '../styles/index.css';
import { Viewer } from './Viewer';

/**
 * Shows a graph in an element, to be looked at and no more.
 *
 * @param compact it stands in a text: the wheel scrolls that until the canvas was pressed
 * @returns takes it out again
 */
export function mountViewer(element: HTMLElement, client: WorkerClient, compact: boolean): () => void {
  const root = editorRoot(compact);
  element.append(root);
  const react = createRoot(root);
  keepKeys(root);
  react.render(<Viewer root={root} client={client} compact={compact} />);
  return () => {
    react.unmount();
    root.remove();
  };
}
