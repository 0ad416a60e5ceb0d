import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { closeIcon, editIcon, type LabIcon, refreshIcon, runIcon, stopIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { ManagerClient, WorkerLifeState, WorkerRecord } from '../../client/manager';
import { funcnodesIcon } from './icon';
import type { Renaming } from './renaming';
import type { EditorTabs } from './tabs';

export const CommandIds = {
  open: 'funcnodes:open',
  create: 'funcnodes:new-worker',
  start: 'funcnodes:start-worker',
  stop: 'funcnodes:stop-worker',
  restart: 'funcnodes:restart-worker',
  rename: 'funcnodes:rename-worker',
  remove: 'funcnodes:delete-worker',
} as const;

/** Marks the element of a worker's row, for the context menu. */
export const ROW_ATTRIBUTE = 'data-worker-uuid';

const WORKER_ARGS = {
  type: 'object',
  properties: {
    uuid: { type: 'string', description: 'The worker; in a context menu the one that was clicked' },
  },
} as const;

/** A command about one worker. */
interface WorkerCommand {
  readonly label: string;
  readonly caption?: string;
  readonly icon: LabIcon;
  /** In which states it makes sense. */
  readonly states: readonly WorkerLifeState[];
  run(worker: WorkerRecord): unknown;
}

/** Adds our commands to JupyterLab. All take the worker's `uuid`; their failures are shown. */
export function addCommands(
  app: JupyterFrontEnd,
  manager: ManagerClient,
  tabs: EditorTabs,
  renaming: Renaming,
): void {
  addOpening(app.commands, manager, tabs);
  const table: Record<string, WorkerCommand> = {
    [CommandIds.start]: {
      label: 'Start Worker',
      icon: runIcon,
      states: ['stopped', 'crashed'],
      run: ({ uuid }) => manager.start(uuid),
    },
    [CommandIds.stop]: {
      label: 'Stop Worker',
      caption: 'Save the graph and end the process',
      icon: stopIcon,
      states: ['running', 'starting'],
      run: ({ uuid }) => manager.stop(uuid),
    },
    [CommandIds.restart]: {
      label: 'Restart Worker',
      icon: refreshIcon,
      states: ['running'],
      run: ({ uuid }) => manager.restart(uuid),
    },
    [CommandIds.rename]: {
      label: 'Rename Worker…',
      icon: editIcon,
      states: ['stopped', 'crashed', 'running', 'starting', 'stopping'],
      run: ({ uuid }) => renaming.begin(uuid),
    },
    [CommandIds.remove]: {
      label: 'Delete Worker…',
      icon: closeIcon,
      states: ['stopped', 'crashed', 'running'],
      run: worker => removeAfterAsking(manager, tabs, worker),
    },
  };
  for (const [id, command] of Object.entries(table)) addWorkerCommand(app, manager, id, command);
}

function addOpening(commands: CommandRegistry, manager: ManagerClient, tabs: EditorTabs): void {
  commands.addCommand(CommandIds.open, {
    label: 'Open Worker',
    caption: 'Show the worker’s graph in a tab',
    icon: funcnodesIcon,
    describedBy: {
      args: {
        type: 'object',
        required: ['uuid'],
        properties: {
          uuid: { type: 'string', description: 'The worker to show' },
          beside: { type: 'boolean', description: 'Beside the current tab instead of among its tabs' },
        },
      },
    },
    isVisible: args => typeof args.uuid === 'string',
    execute: args => tabs.open(String(args.uuid), args.beside ? 'split-right' : 'tab-after'),
  });
  commands.addCommand(CommandIds.create, {
    label: args => (args.isLauncher ? 'FuncNodes' : 'New FuncNodes Worker'),
    caption: 'Start a new FuncNodes worker and open its graph',
    icon: funcnodesIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          name: { type: 'string', description: 'Its name; without one it gets the next free' },
          isLauncher: { type: 'boolean', description: 'Whether the label is for the launcher' },
        },
      },
    },
    execute: args =>
      reported('The worker could not be made', async () => {
        const worker = await manager.create(typeof args.name === 'string' ? args.name : undefined);
        return tabs.open(worker.uuid);
      }),
  });
}

function addWorkerCommand(
  app: JupyterFrontEnd,
  manager: ManagerClient,
  id: string,
  command: WorkerCommand,
): void {
  const find = (args: ReadonlyPartialJSONObject): WorkerRecord | undefined => {
    const row = app.contextMenuHitTest(node => node.hasAttribute(ROW_ATTRIBUTE));
    const uuid = args.uuid ?? row?.getAttribute(ROW_ATTRIBUTE);
    return manager.store.getState().workers.find(worker => worker.uuid === uuid);
  };
  app.commands.addCommand(id, {
    label: command.label,
    caption: command.caption ?? '',
    icon: command.icon,
    describedBy: { args: WORKER_ARGS },
    isEnabled: args => command.states.includes(find(args)?.state ?? 'foreign'),
    execute: args => {
      const worker = find(args);
      if (!worker) return;
      return reported(`“${command.label}” failed for “${worker.name}”`, async () => command.run(worker));
    },
  });
}

async function removeAfterAsking(
  manager: ManagerClient,
  tabs: EditorTabs,
  { uuid, name, state }: WorkerRecord,
): Promise<void> {
  const answer = await showDialog({
    title: 'Delete worker?',
    body: `“${name}” with its graph and files goes to the trash.${
      state === 'running' ? ' It is running and will be stopped.' : ''
    }`,
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Delete' })],
  });
  if (!answer.button.accept) return;
  await manager.remove(uuid);
  tabs.close(uuid);
}

/** Runs what a person asked for; a failure is shown in a dialog instead of the console. */
async function reported<T>(title: string, run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    await showErrorMessage(title, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
