import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { createManagerClient } from '../../client/manager';
import { answerOpenBeside } from '../lab-link';
import { addCommands, CommandIds } from './commands';
import { Renaming } from './renaming';
import { createSidePanel } from './side-panel';
import { EditorTabs } from './tabs';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'funcnodes-jupyter:plugin',
  description: 'FuncNodes workers in the side bar, their graphs in tabs',
  autoStart: true,
  optional: [ILayoutRestorer, ICommandPalette, ILauncher],
  activate,
};

export default plugin;

/** Everything of ours in JupyterLab is wired here. */
function activate(
  app: JupyterFrontEnd,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null,
): void {
  const { baseUrl, token } = app.serviceManager.serverSettings;
  const manager = createManagerClient({ baseUrl, token });
  const renaming = new Renaming();
  const tabs = new EditorTabs(app, manager);
  addCommands(app, manager, tabs, renaming);
  answerOpenBeside(({ uuid }) => void app.commands.execute(CommandIds.open, { uuid, beside: true }));

  const panel = createSidePanel(manager, app.commands, renaming);
  app.shell.add(panel, 'left', { rank: 450, type: 'FuncNodes Workers' });

  if (restorer) {
    restorer.add(panel, panel.id);
    tabs.restoreWith(restorer, CommandIds.open);
  }
  palette?.addItem({ command: CommandIds.create, category: 'FuncNodes' });
  launcher?.add({ command: CommandIds.create, category: 'Other', args: { isLauncher: true } });
}
