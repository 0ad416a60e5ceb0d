import type { WorkerLifeState, WorkerRecord } from '../../client/manager';

const WORDS: Record<WorkerLifeState, string> = {
  running: 'running',
  starting: 'starting…',
  stopping: 'stopping…',
  stopped: 'stopped',
  crashed: 'crashed',
  foreign: 'elsewhere',
};

/** How a worker stands, in one word. */
export function workerWord(worker: WorkerRecord): string {
  return WORDS[worker.state];
}

/** True when it can be started: it is neither running nor on its way. */
export function canStart(worker: WorkerRecord): boolean {
  return worker.state === 'stopped' || worker.state === 'crashed';
}
