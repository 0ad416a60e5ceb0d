import type { JupyterFrontEnd } from '@jupyterlab/application';
import { askForCell } from '../../editor/cell-request';
import type { EditorTab } from './editor-tab';
import { funcnodesIcon } from './icons';
import { currentNotebook, hasNotebook } from './notebook';
import type { WorkerTabs } from './tabs';

/** Writes a graph into a cell of the notebook that was used last. */
export const EXPORT_TO_CELL = 'funcnodes:export-to-cell';

/** Adds the command to JupyterLab. */
export function addExportToCell(app: JupyterFrontEnd, editors: WorkerTabs<EditorTab>): void {
  app.commands.addCommand(EXPORT_TO_CELL, {
    label: 'Export Graph to Cell',
    caption: 'Write the graph as Python into a new cell below the active one',
    icon: funcnodesIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => hasNotebook(app) && editorInUse(app, editors) !== null,
    execute: () => {
      const editor = editorInUse(app, editors);
      if (editor) askForCell(editor);
    },
  });
}

/** The editor in the active cell of the notebook that the person is in; else that of the tab that was used last. */
function editorInUse(app: JupyterFrontEnd, editors: WorkerTabs<EditorTab>): HTMLElement | null {
  const cell = currentNotebook(app)?.content.activeCell;
  const around = [cell?.node, editors.current?.node];
  return around.map(node => node?.querySelector<HTMLElement>('.fn-editor')).find(found => found) ?? null;
}
