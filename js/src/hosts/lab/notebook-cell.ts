import type { JupyterFrontEnd } from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import { hasNotebook } from './notebook';

const BELOW = 'notebook:insert-cell-below';
const TEXT = 'notebook:replace-selection';

/** Puts a cell of this text below the active one of the notebook that was used last. */
export async function insertCell(app: JupyterFrontEnd, text: string): Promise<void> {
  const { commands } = app;
  if (!commands.hasCommand(BELOW) || !(await commands.execute(BELOW).then(() => hasNotebook(app)))) {
    await showErrorMessage('No notebook is open', 'Open the notebook that the cell is for, and try again.');
    return;
  }
  await commands.execute(TEXT, { text });
}
