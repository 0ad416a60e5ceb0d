import {
  addIcon,
  fileUploadIcon,
  ReactWidget,
  SidePanel,
  Toolbar,
  ToolbarButton,
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReactElement } from 'react';
import type { ManagerClient } from '../../client/manager';
import { CREATE, CREATE_WITH, IMPORT } from './commands';
import { funcnodesIcon, packagesIcon } from './icons';
import type { Renaming } from './renaming';
import { WorkerList } from './worker-list';

/** The panel at the left that lists the workers; built like JupyterLab's own “Running” panel. */
export function createSidePanel(
  manager: ManagerClient,
  commands: CommandRegistry,
  renaming: Renaming,
): SidePanel {
  const toolbar = new Toolbar();
  toolbar.addItem('spacer', Toolbar.createSpacerItem());
  toolbar.addItem('import', importButton(commands));
  toolbar.addItem('new-with', newWorkerWithButton(commands));
  toolbar.addItem('new', newWorkerButton(commands));
  const panel = new SidePanel({ toolbar });
  panel.id = 'funcnodes-side-panel';
  panel.title.icon = funcnodesIcon;
  panel.title.caption = 'FuncNodes Workers';
  panel.node.setAttribute('role', 'region');
  panel.node.setAttribute('aria-label', 'FuncNodes workers');
  panel.node.dataset.testid = 'fn-side-panel';
  panel.addClass('jp-FuncNodes-sidePanel');
  panel.addWidget(new Workers(manager, commands, renaming));
  return panel;
}

function newWorkerButton(commands: CommandRegistry): ToolbarButton {
  return new ToolbarButton({
    icon: addIcon,
    tooltip: 'New FuncNodes worker',
    dataset: { 'data-testid': 'fn-worker-new' },
    onClick: () => void commands.execute(CREATE),
  });
}

function newWorkerWithButton(commands: CommandRegistry): ToolbarButton {
  return new ToolbarButton({
    icon: packagesIcon,
    tooltip: 'New FuncNodes worker with packages of its own…',
    dataset: { 'data-testid': 'fn-worker-new-with' },
    onClick: () => void commands.execute(CREATE_WITH),
  });
}

function importButton(commands: CommandRegistry): ToolbarButton {
  return new ToolbarButton({
    icon: fileUploadIcon,
    tooltip: 'Import FuncNodes worker',
    dataset: { 'data-testid': 'fn-worker-import' },
    onClick: () => void commands.execute(IMPORT),
  });
}

/** The panel's one section. */
class Workers extends ReactWidget {
  constructor(
    private readonly manager: ManagerClient,
    private readonly commands: CommandRegistry,
    private readonly renaming: Renaming,
  ) {
    super();
    this.title.label = 'Workers';
    this.addClass('jp-FuncNodes-workers');
  }

  protected override render(): ReactElement {
    return <WorkerList manager={this.manager} commands={this.commands} renaming={this.renaming} />;
  }
}
