// The editor's dialogs where no editor is: in JupyterLab's side panel.
import type { ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import '../editor/styles/index.css';

/**
 * Shows a dialog over the page.
 * @param content is given what takes it away again
 * @returns fulfilled when it is gone
 */
export function showOverPage(content: (close: () => void) => ReactElement): Promise<void> {
  return new Promise(resolve => {
    const element = document.createElement('div');
    element.className = 'fn-editor fn-dialog-host';
    // else JupyterLab takes what is typed for its own shortcuts
    element.dataset.lmSuppressShortcuts = 'true';
    document.body.append(element);
    const root = createRoot(element);
    const close = (): void => {
      root.unmount();
      element.remove();
      resolve();
    };
    root.render(content(close));
  });
}
