import type { WorkerRecord } from '../client/manager';

/**
 * Which worker the page shows when it opens.
 * @param asked name or uuid from the address, if there is one
 * @param last uuid of the one shown last time
 * @returns null when nothing fits: the person picks
 */
export function chooseWorker(
  workers: readonly WorkerRecord[],
  asked: string | null,
  last: string | null,
): string | null {
  if (asked) return (byUuid(workers, asked) ?? theOnlyOneNamed(workers, asked))?.uuid ?? null;
  const own = workers.filter(worker => worker.state !== 'foreign');
  const running = own.filter(worker => worker.state === 'running');
  return (byUuid(running, last) ?? running[0] ?? byUuid(own, last) ?? newest(own))?.uuid ?? null;
}

/** How the address names a worker: by its name where that is enough. */
export function addressOf(workers: readonly WorkerRecord[], { uuid, name }: WorkerRecord): string {
  return theOnlyOneNamed(workers, name) ? name : uuid;
}

function byUuid(workers: readonly WorkerRecord[], uuid: string | null): WorkerRecord | undefined {
  return workers.find(worker => worker.uuid === uuid);
}

function theOnlyOneNamed(workers: readonly WorkerRecord[], name: string): WorkerRecord | undefined {
  const bearers = workers.filter(worker => worker.name === name);
  return bearers.length === 1 ? bearers[0] : undefined;
}

function newest(workers: readonly WorkerRecord[]): WorkerRecord | undefined {
  return [...workers].sort((a, b) => b.created.localeCompare(a.created))[0];
}
