import type { JupyterFrontEnd } from '@jupyterlab/application';
import { fileUploadIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { ManagerClient, WorkerRecord } from '../../client/manager';
import { chooseArchive } from '../../workers/archives';
import { doVerb, type PlaceVerbs, WORKER_VERBS, type WorkerVerb } from '../../workers/verbs';
import type { EditorTab } from './editor-tab';
import { funcnodesIcon, packagesIcon, VERB_ICONS } from './icons';
import { reported } from './reported';
import type { WorkerTabs } from './tabs';
import { askNewWorker } from './worker-dialogs';

/** Makes a worker; the commands but these three are those of the table of verbs. */
export const CREATE = 'funcnodes:new-worker';

/** Makes a worker after having asked what it is called and which packages it sees. */
export const CREATE_WITH = 'funcnodes:new-worker-with';

/** Makes a worker of an archive. */
export const IMPORT = 'funcnodes:import-worker';

/** The command that does a verb. */
export function commandOf(verb: WorkerVerb): string {
  return verb === 'open' ? 'funcnodes:open' : `funcnodes:${verb}-worker`;
}

/** Marks the element of a worker's row, for the context menu. */
export const ROW_ATTRIBUTE = 'data-worker-uuid';

const UUID_ARG = { type: 'string', description: 'The worker; in a context menu the one that was clicked' };
const BESIDE_ARG = { type: 'boolean', description: 'Beside the current tab instead of among its tabs' };

/** Adds our commands to JupyterLab. Those of verbs take the worker's `uuid`; their failures are shown. */
export function addCommands(
  app: JupyterFrontEnd,
  manager: ManagerClient,
  editors: WorkerTabs<EditorTab>,
  verbs: Omit<PlaceVerbs, 'open'>,
): void {
  const open = (uuid: string, beside = false): EditorTab =>
    editors.open(uuid, beside ? 'split-right' : 'tab-after');
  const place: PlaceVerbs = { ...verbs, open: ({ uuid }) => open(uuid) };
  const uuidIn = (args: ReadonlyPartialJSONObject): string => {
    const row = app.contextMenuHitTest(node => node.hasAttribute(ROW_ATTRIBUTE));
    return String(args.uuid ?? row?.getAttribute(ROW_ATTRIBUTE) ?? '');
  };
  const find = (args: ReadonlyPartialJSONObject): WorkerRecord | undefined => {
    const uuid = uuidIn(args);
    return manager.store.getState().workers.find(worker => worker.uuid === uuid);
  };

  addCreating(app, manager, open);
  addAskedCreating(app, manager, open);
  addImporting(app, manager, open);
  for (const verb of Object.keys(WORKER_VERBS) as WorkerVerb[]) {
    const { label, caption, fits } = WORKER_VERBS[verb];
    const fitsFound = (args: ReadonlyPartialJSONObject): boolean => {
      const worker = find(args);
      return worker !== undefined && fits(worker);
    };
    app.commands.addCommand(commandOf(verb), {
      label,
      caption,
      icon: VERB_ICONS[verb],
      describedBy: {
        args: {
          type: 'object',
          properties: { uuid: UUID_ARG, ...(verb === 'open' && { beside: BESIDE_ARG }) },
        },
      },
      isEnabled: fitsFound,
      isVisible: fitsFound,
      execute: args => {
        // A tab of the last visit comes back before the list of workers has come.
        if (verb === 'open') return open(uuidIn(args), args.beside === true);
        const worker = find(args);
        if (!worker) return;
        return reported(`${label} failed for “${worker.name}”`, () => doVerb(verb, worker, manager, place));
      },
    });
  }
}

function addCreating(app: JupyterFrontEnd, manager: ManagerClient, open: (uuid: string) => EditorTab): void {
  app.commands.addCommand(CREATE, {
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
        return open(worker.uuid);
      }),
  });
}

function addAskedCreating(
  app: JupyterFrontEnd,
  manager: ManagerClient,
  open: (uuid: string) => EditorTab,
): void {
  app.commands.addCommand(CREATE_WITH, {
    label: 'New FuncNodes Worker…',
    caption: 'Choose a name and which packages the new worker sees',
    icon: packagesIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () =>
      reported('The worker could not be made', async () => {
        const uuid = await askNewWorker(manager);
        return uuid && open(uuid);
      }),
  });
}

function addImporting(app: JupyterFrontEnd, manager: ManagerClient, open: (uuid: string) => EditorTab): void {
  app.commands.addCommand(IMPORT, {
    label: 'Import FuncNodes Worker…',
    caption: 'Make a worker of an archive; nothing in it is run',
    icon: fileUploadIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () =>
      reported('The archive could not be imported', async () => {
        const archive = await chooseArchive();
        return archive && open((await manager.importWorker(archive)).uuid);
      }),
  });
}
