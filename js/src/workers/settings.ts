import type { ManagerClient, WorkerRecord, WorkerSettings } from '../client/manager';

/** A worker's settings while they are edited. */
export interface SettingsDraft {
  readonly autostart: boolean;
  readonly detached: boolean;
  /** When it is stopped for being idle. */
  readonly idle: 'server' | 'never' | 'after';
  /** As typed. */
  readonly minutes: string;
  /** How much memory it may use. */
  readonly memory: 'server' | 'any' | 'most';
  /** As typed. */
  readonly megabytes: string;
}

const USUAL_MINUTES = '30';
const USUAL_MEGABYTES = '2000';
/** What the manager takes: less has no room for what a worker imports. */
export const LEAST_MEGABYTES = 250;

export function draftOf(worker: WorkerRecord): SettingsDraft {
  const { autostart, detached_next: detached, idle_timeout, memory_limit } = worker;
  return { autostart, detached, ...restOf(idle_timeout), ...memoryOf(memory_limit) };
}

function restOf(seconds: number | null): Pick<SettingsDraft, 'idle' | 'minutes'> {
  if (seconds === null) return { idle: 'server', minutes: USUAL_MINUTES };
  if (seconds === 0) return { idle: 'never', minutes: USUAL_MINUTES };
  return { idle: 'after', minutes: String(Number((seconds / 60).toFixed(2))) };
}

function memoryOf(bytes: number | null): Pick<SettingsDraft, 'memory' | 'megabytes'> {
  if (bytes === null) return { memory: 'server', megabytes: USUAL_MEGABYTES };
  if (bytes === 0) return { memory: 'any', megabytes: USUAL_MEGABYTES };
  return { memory: 'most', megabytes: String(Number((bytes / 1e6).toFixed(2))) };
}

/**
 * What a draft changes in the settings of a worker; empty when nothing.
 * Throws an error for a person when the minutes are no number above 0, or the megabytes too few.
 */
export function changesIn(draft: SettingsDraft, worker: WorkerRecord): Partial<WorkerSettings> {
  const before = draftOf(worker);
  const isSameIdle =
    draft.idle === before.idle && (draft.idle !== 'after' || draft.minutes === before.minutes);
  const isSameMemory =
    draft.memory === before.memory && (draft.memory !== 'most' || draft.megabytes === before.megabytes);
  return {
    ...(draft.autostart !== before.autostart && { autostart: draft.autostart }),
    ...(draft.detached !== before.detached && { detached: draft.detached }),
    ...(!isSameIdle && { idle_timeout: idleTimeout(draft) }),
    ...(!isSameMemory && { memory_limit: memoryLimit(draft) }),
  };
}

/** Changes how a worker is kept, as far as the draft differs from what was there `before`. */
export async function saveSettings(
  manager: ManagerClient,
  before: WorkerRecord,
  draft: SettingsDraft,
): Promise<void> {
  const changes = changesIn(draft, before);
  if (Object.keys(changes).length > 0) await manager.configure(before.uuid, changes);
}

function idleTimeout({ idle, minutes }: SettingsDraft): number | null {
  if (idle === 'server') return null;
  if (idle === 'never') return 0;
  const seconds = Number(minutes) * 60;
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new Error('After how many minutes? Give a number above 0.');
}

function memoryLimit({ memory, megabytes }: SettingsDraft): number | null {
  if (memory === 'server') return null;
  if (memory === 'any') return 0;
  const bytes = Math.round(Number(megabytes) * 1e6);
  if (Number.isFinite(bytes) && bytes >= LEAST_MEGABYTES * 1e6) return bytes;
  throw new Error(`How many megabytes of memory? Give ${LEAST_MEGABYTES} at least.`);
}
