import type { JupyterFrontEnd } from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import type { ManagerClient } from '../../client/manager';
import { askGraphName } from './dialogs';
import { funcnodesIcon } from './icons';
import { loadMagic, writeLoading } from './magic';
import { currentNotebook, type NotebookPanel, runNewCell, selectedCells } from './notebook';
import { graphName, percentCell, type SourceCell } from './percent-cell';
import { reported } from './reported';

/** Makes a graph of the selected cells. */
export const OPEN_AS_GRAPH = 'funcnodes:open-as-graph';

/** Adds the command to JupyterLab, and to the menu of a cell. */
export function addOpenAsGraph(app: JupyterFrontEnd, manager: ManagerClient): void {
  const hasCode = (): boolean => {
    const panel = currentNotebook(app);
    return panel !== null && !panel.context.model.readOnly && sourcesOf(panel).some(isCode);
  };
  app.commands.addCommand(OPEN_AS_GRAPH, {
    label: args => (args.toolbar ? '' : 'Open as Graph'),
    caption: 'Open the selected cells as a graph: each becomes a node, their variables the wires',
    icon: funcnodesIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          toolbar: { type: 'boolean', description: 'Whether it is for a toolbar: without a label' },
        },
      },
    },
    // A toolbar is that of one notebook, which need not be the current one until its button is pressed.
    isEnabled: args => args.toolbar === true || hasCode(),
    execute: () =>
      reported('The cells could not be opened as a graph', async () => {
        const panel = currentNotebook(app);
        if (panel) await openAsGraph(app, manager, panel);
      }),
  });
  app.contextMenu.addItem({ command: OPEN_AS_GRAPH, selector: '.jp-Notebook .jp-CodeCell', rank: 8.5 });
}

async function openAsGraph(
  app: JupyterFrontEnd,
  manager: ManagerClient,
  panel: NotebookPanel,
): Promise<void> {
  const last = selectedCells(panel).at(-1);
  const cells = sourcesOf(panel);
  if (!last || !cells.some(isCode)) {
    await showErrorMessage('No code is selected', 'Select the cells that are to be a graph, and try again.');
    return;
  }
  const taken = new Set(manager.store.getState().workers.map(worker => worker.name));
  const name = await askGraphName(graphName(panel.context.path, taken), taken);
  const text = name && percentCell(name, cells);
  if (!text) return;
  await loadMagic(panel);
  writeLoading(panel);
  await runNewCell(app, panel, panel.content.widgets.indexOf(last) + 1, text);
}

function sourcesOf(panel: NotebookPanel): SourceCell[] {
  return selectedCells(panel).map(({ model }) => ({
    type: model.type,
    source: model.sharedModel.getSource(),
  }));
}

function isCode({ type, source }: SourceCell): boolean {
  return type === 'code' && source.trim() !== '';
}
