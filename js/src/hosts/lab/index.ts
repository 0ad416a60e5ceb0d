import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { createManagerClient } from '../../client/manager';
import { exportWorker } from '../../workers/archives';
import { reviveGraph } from '../../workers/revive';
import { saveSettings } from '../../workers/settings';
import { answerCells } from '../lab-link';
import { addCommands, CREATE, CREATE_WITH, commandOf, IMPORT } from './commands';
import { askDelete, askExport, askSettings } from './dialogs';
import { createEditorTab, type EditorTab } from './editor-tab';
import { labelExports } from './export-labels';
import { addExportToCell, EXPORT_TO_CELL } from './export-to-cell';
import { addGraphOutputs } from './graph-output';
import { createLogTab, type LogTab } from './log-tab';
import { addContextMenu } from './menus';
import { notebookOf } from './notebook';
import { insertCell } from './notebook-cell';
import { addOpenAsGraph, OPEN_AS_GRAPH } from './open-as-graph';
import { Renaming } from './renaming';
import { renewGraphs } from './renewed-graphs';
import { Revivals } from './revivals';
import { createSidePanel } from './side-panel';
import { WorkerTabs } from './tabs';
import { showPackages } from './worker-dialogs';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'funcnodes-jupyter:plugin',
  description: 'FuncNodes workers in the side bar, their graphs in tabs',
  autoStart: true,
  optional: [ILayoutRestorer, ICommandPalette, ILauncher, IRenderMimeRegistry],
  activate,
};

export default plugin;

/** Everything of ours in JupyterLab is wired here. */
function activate(
  app: JupyterFrontEnd,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null,
  rendermime: IRenderMimeRegistry | null,
): void {
  const { baseUrl, token } = app.serviceManager.serverSettings;
  const manager = createManagerClient({ baseUrl, token });
  const renaming = new Renaming();
  const editors = new WorkerTabs<EditorTab>(app, 'funcnodes', (uuid, changed) =>
    createEditorTab(manager, uuid, changed, text => void insertCell(app, text)),
  );
  const logs = new WorkerTabs<LogTab>(app, 'funcnodes-log', uuid => createLogTab(manager, uuid));
  addCommands(app, manager, editors, {
    rename: ({ uuid }) => renaming.begin(uuid),
    duplicate: async ({ uuid }) => renaming.begin((await manager.duplicate(uuid)).uuid),
    settings: async worker => {
      const draft = await askSettings(worker);
      if (draft) await saveSettings(manager, worker, draft);
    },
    packages: ({ uuid }) => showPackages(manager, uuid),
    export: async worker => {
      const files = await askExport(worker);
      if (files !== null) await exportWorker(manager, worker, files);
    },
    log: ({ uuid }) => logs.open(uuid, 'split-bottom'),
    delete: async worker => {
      if (!(await askDelete(worker))) return;
      await manager.remove(worker.uuid);
      for (const tabs of [editors, logs]) tabs.close(worker.uuid);
    },
  });
  addContextMenu(app);
  addOpenAsGraph(app, manager);
  addExportToCell(app, editors);
  labelExports(app);
  const openBeside = (uuid: string): void =>
    void app.commands.execute(commandOf('open'), { uuid, beside: true });
  const exportToCell = (text: string): void => void insertCell(app, text);
  answerCells({ open: ({ uuid }) => openBeside(uuid), insertCell: exportToCell });
  if (rendermime) {
    addGraphOutputs(rendermime, manager, {
      openBeside,
      exportToCell,
      trustNotebook: () => void app.commands.execute('notebook:trust'),
      revivals: new Revivals(
        output => notebookOf(app, output),
        (name, document) => reviveGraph(manager, name, document),
      ),
    });
  }

  renewGraphs(app, manager);

  const panel = createSidePanel(manager, app.commands, renaming);
  app.shell.add(panel, 'left', { rank: 450, type: 'FuncNodes Workers' });

  if (restorer) {
    restorer.add(panel, panel.id);
    editors.restoreWith(restorer, commandOf('open'));
  }
  for (const command of [CREATE, CREATE_WITH, IMPORT, OPEN_AS_GRAPH, EXPORT_TO_CELL])
    palette?.addItem({ command, category: 'FuncNodes' });
  launcher?.add({ command: CREATE, category: 'Other', args: { isLauncher: true } });
}
