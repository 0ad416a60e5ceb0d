import type { ManagerClient, WorkerRecord, WorkerSettings } from '../client/manager';

/** A worker's settings while they are edited. */
export interface SettingsDraft {
  readonly autostart: boolean;
  readonly detached: boolean;
  /** When it is stopped for being idle. */
  readonly idle: 'server' | 'never' | 'after';
  /** As typed. */
  readonly minutes: string;
}

const USUAL_MINUTES = '30';

export function draftOf(worker: WorkerRecord): SettingsDraft {
  const { autostart, detached_next: detached, idle_timeout } = worker;
  if (idle_timeout === null) return { autostart, detached, idle: 'server', minutes: USUAL_MINUTES };
  if (idle_timeout === 0) return { autostart, detached, idle: 'never', minutes: USUAL_MINUTES };
  return { autostart, detached, idle: 'after', minutes: String(Number((idle_timeout / 60).toFixed(2))) };
}

/**
 * What a draft changes in the settings of a worker; empty when nothing.
 * Throws an error for a person when the minutes are no number above 0.
 */
export function changesIn(draft: SettingsDraft, worker: WorkerRecord): Partial<WorkerSettings> {
  const before = draftOf(worker);
  const isSameIdle =
    draft.idle === before.idle && (draft.idle !== 'after' || draft.minutes === before.minutes);
  return {
    ...(draft.autostart !== before.autostart && { autostart: draft.autostart }),
    ...(draft.detached !== before.detached && { detached: draft.detached }),
    ...(!isSameIdle && { idle_timeout: idleTimeout(draft) }),
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
