// What a person can do with a worker, in one table: JupyterLab's commands and menus and the editor's worker menu are
// made from it. A new verb is one entry here; the compiler then asks each of these places for its icon, and for what
// the verb does there if the entry does not say it itself.
import type { ManagerClient, WorkerLifeState, WorkerRecord } from '../client/manager';
import { crashOf } from './words';

interface VerbEntry {
  /** Ends in “…” when more is asked before it is done. */
  readonly label: string;
  /** What it does, in a line. */
  readonly caption: string;
  /** Menus draw a line between two sections. */
  readonly section: 'use' | 'process' | 'keep' | 'end';
  /** Whether it makes sense for a worker as it stands. */
  fits(worker: WorkerRecord): boolean;
  /** Does it. Missing where each place has its own way, such as asking something first. */
  run?(manager: ManagerClient, uuid: string): Promise<unknown>;
}

export const WORKER_VERBS = {
  open: {
    label: 'Open',
    caption: 'Show the worker’s graph',
    section: 'use',
    fits: isOurs,
  },
  start: {
    label: 'Start',
    caption: 'Start a process for the worker; nothing runs until it is asked for',
    section: 'process',
    fits: isDown,
    run: (manager, uuid) => manager.start(uuid),
  },
  cancel: {
    label: 'Cancel',
    caption: 'Give up making the worker’s environment; nothing is left of it',
    section: 'process',
    fits: worker => worker.preparing,
    run: (manager, uuid) => manager.cancelPreparing(uuid),
  },
  interrupt: {
    label: 'Interrupt',
    caption: 'Interrupt what the worker computes, as Ctrl+C does',
    section: 'process',
    fits: worker => worker.state === 'running' && worker.activity === 'busy',
    run: (manager, uuid) => manager.interrupt(uuid),
  },
  restart: {
    label: 'Restart',
    caption: 'Save the graph, end the process and start a new one',
    section: 'process',
    fits: worker => worker.state === 'running',
    run: (manager, uuid) => manager.restart(uuid),
  },
  stop: {
    label: 'Stop',
    caption: 'Save the graph and end the process; a crashed worker is not started again',
    section: 'process',
    fits: worker => isIn(worker, 'running', 'starting') || crashOf(worker)?.comesBack === true,
    run: (manager, uuid) => manager.stop(uuid),
  },
  rename: {
    label: 'Rename…',
    caption: 'Give the worker another name',
    section: 'keep',
    fits: isOurs,
  },
  duplicate: {
    label: 'Duplicate…',
    caption: 'Make another worker with a copy of the graph and the files',
    section: 'keep',
    fits: isSettled,
  },
  settings: {
    label: 'Settings…',
    caption: 'How the worker is kept: when it starts and when it is stopped',
    section: 'keep',
    fits: isOurs,
  },
  packages: {
    label: 'Packages…',
    caption: 'See, add, upgrade and remove the packages that the worker can use',
    section: 'keep',
    fits: isOurs,
  },
  export: {
    label: 'Export…',
    caption: 'Make an archive of the worker, to keep or to give away',
    section: 'keep',
    fits: isOurs,
  },
  log: {
    label: 'Show log',
    caption: 'Show what the worker has printed',
    section: 'keep',
    fits: isOurs,
  },
  delete: {
    label: 'Delete…',
    caption: 'Stop the worker and move its graph and files to the trash',
    section: 'end',
    fits: isSettled,
  },
} as const satisfies Readonly<Record<string, VerbEntry>>;

export type WorkerVerb = keyof typeof WORKER_VERBS;

type Runs = { run(manager: ManagerClient, uuid: string): Promise<unknown> };

/** The verbs that each place does in its own way. */
export type PlaceVerb = {
  [V in WorkerVerb]: (typeof WORKER_VERBS)[V] extends Runs ? never : V;
}[WorkerVerb];

/** How a place does the verbs that are left to it. */
export type PlaceVerbs = Readonly<Record<PlaceVerb, (worker: WorkerRecord) => unknown>>;

/** All verbs in the order of the table, section by section. */
export const VERB_SECTIONS: readonly (readonly WorkerVerb[])[] = inSections(
  Object.keys(WORKER_VERBS) as WorkerVerb[],
);

/** What can be done with a worker as it stands, section by section; never an empty section. */
export function fittingVerbs(worker: WorkerRecord): WorkerVerb[][] {
  const fitting = VERB_SECTIONS.map(verbs => verbs.filter(verb => WORKER_VERBS[verb].fits(worker)));
  return fitting.filter(verbs => verbs.length > 0);
}

/** Does a verb, in the table's way or in that of the place. */
export async function doVerb(
  verb: WorkerVerb,
  worker: WorkerRecord,
  manager: ManagerClient,
  place: PlaceVerbs,
): Promise<void> {
  const entry: VerbEntry = WORKER_VERBS[verb];
  await (entry.run ? entry.run(manager, worker.uuid) : place[verb as PlaceVerb](worker));
}

function inSections(verbs: readonly WorkerVerb[]): WorkerVerb[][] {
  const sections: WorkerVerb[][] = [];
  for (const verb of verbs) {
    const last = sections.at(-1);
    const [first] = last ?? [];
    const isSame = first && WORKER_VERBS[first].section === WORKER_VERBS[verb].section;
    if (last && isSame) last.push(verb);
    else sections.push([verb]);
  }
  return sections;
}

function isIn(worker: WorkerRecord, ...states: readonly WorkerLifeState[]): boolean {
  return states.includes(worker.state);
}

function isOurs(worker: WorkerRecord): boolean {
  return worker.state !== 'foreign';
}

function isDown(worker: WorkerRecord): boolean {
  return isIn(worker, 'stopped', 'crashed') && !worker.preparing;
}

/** Not on its way from one state into another. */
function isSettled(worker: WorkerRecord): boolean {
  return isIn(worker, 'stopped', 'crashed', 'running') && !worker.preparing;
}
