import type { WorkerActivity, WorkerLifeState, WorkerRecord, WorkerUsage } from '../client/manager';
import type { EnvironmentKind } from '../client/packages';

const STATES: Readonly<Record<WorkerLifeState, string>> = {
  running: 'running',
  starting: 'starting…',
  stopping: 'stopping…',
  stopped: 'stopped',
  crashed: 'crashed',
  foreign: 'other version',
};

const RUNNING: Readonly<Record<WorkerActivity, string>> = {
  '': '',
  idle: 'running · idle',
  busy: 'running · busy',
  frozen: 'does not answer',
};

const ENVIRONMENTS: Readonly<Record<EnvironmentKind, string>> = {
  server: '',
  own: 'own packages',
  shared: 'own + server’s',
};

/** Whose packages a worker sees, in a few words; nothing for the usual ones, the server's. */
export function environmentWords({ environment }: Pick<WorkerRecord, 'environment'>): string {
  return ENVIRONMENTS[environment];
}

/** How a worker stands, in a few words: `stopped`, `running · busy`. */
export function workerWords({ state, activity, preparing }: WorkerRecord): string {
  if (preparing) return 'making its environment…';
  return (state === 'running' && RUNNING[activity]) || STATES[state];
}

/** How a worker stands, as a mark shows it. */
export function workerMark({
  state,
  activity,
  preparing,
}: WorkerRecord): WorkerLifeState | 'busy' | 'frozen' {
  if (preparing) return 'starting';
  return state === 'running' && (activity === 'busy' || activity === 'frozen') ? activity : state;
}

/** All that a tooltip can say about a worker, in lines. */
export function workerFacts(worker: WorkerRecord): string {
  const { name, detail, cwd, pid } = worker;
  return [
    `${name}: ${workerWords(worker)}`,
    detail,
    environmentWords(worker) && `Packages: ${environmentWords(worker)}`,
    `Working directory: ${cwd}`,
    pid === null ? '' : `Process: ${pid}`,
  ]
    .filter(Boolean)
    .join('\n');
}

export interface Crash {
  /** `killed by signal 9 (SIGKILL)` */
  readonly reason: string;
  /** What comes next, if anything is known: `starts again in 0.5 s`. */
  readonly next: string;
  /** Whether it will be started again by itself. */
  readonly comesBack: boolean;
  /** The last lines that it printed. */
  readonly log: string;
}

const COMES_BACK = 'starts again';
const NEXT = new RegExp(`^(.*); ((?:${COMES_BACK}|stays down) .*)$`);

/** What is known of the crash of a worker; null when it has not crashed. */
export function crashOf({ state, detail }: WorkerRecord): Crash | null {
  if (state !== 'crashed') return null;
  const [first = '', ...lines] = detail.split('\n');
  const [, reason = first, next = ''] = NEXT.exec(first) ?? [];
  return { reason, next, comesBack: next.startsWith(COMES_BACK), log: lines.join('\n') };
}

/** What a running worker uses, for a small place: `12 % · 85 MB`. */
export function formatUsage({ cpu, memory }: WorkerUsage): string {
  return `${Math.round(cpu * 100)} % · ${formatMemory(memory)}`;
}

export const USAGE_FACTS =
  'CPU and memory of the worker with all processes it started.\n' +
  '100 % is one processor kept busy; memory that processes share counts for each of them.';

function formatMemory(bytes: number): string {
  const megabytes = Math.round(bytes / 1e6);
  return megabytes < 1000 ? `${megabytes} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
