import { createStore, type StoreApi } from 'zustand/vanilla';
import { tableOf } from '../model/table';

/** Something that tools do for a worker, and what they say. */
export interface Work {
  /** `lost`: nobody told how it ended, for the connection broke. */
  readonly stage: 'going' | 'done' | 'failed' | 'cancelled' | 'lost';
  readonly lines: readonly string[];
  /** Why it failed, in lines: the first says what helps. */
  readonly why: string;
  /** The running worker has modules that are not those any more that are installed. */
  readonly restart: boolean;
}

type Works = Readonly<Record<string, Work>>;

/** What goes on, and how it ended, by the workers' uuids. */
export interface ManagerNews {
  /** The making of environments. */
  readonly environments: Works;
  /** Changes of packages. */
  readonly changes: Works;
}

interface ProgressFrame {
  readonly type: 'environment_progress' | 'packages_progress';
  readonly workerid: string;
  readonly stage: string;
  readonly line: string;
  readonly restart?: boolean;
}

const TABLES = { environment_progress: 'environments', packages_progress: 'changes' } as const;

/** Tools may say much; nobody reads more than this. */
const MOST_LINES = 1000;

const ENDS: Readonly<Record<string, Work['stage']>> = {
  ready: 'done',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

export interface NewsKeeper {
  readonly store: StoreApi<ManagerNews>;
  /** Takes a frame of the hub; other frames than news are left alone. */
  hear(frame: { readonly type?: unknown }): void;
  /** The hub is lost: it tells all of what still goes on anew when it is back, and nothing of what ended meanwhile. */
  forget(): void;
}

export function createManagerNews(): NewsKeeper {
  const store = createStore<ManagerNews>(() => ({ environments: tableOf(), changes: tableOf() }));
  return {
    store,
    hear(frame) {
      if (!isProgress(frame)) return;
      const table = TABLES[frame.type];
      const works = store.getState()[table];
      store.setState({ [table]: tableOf(works, { [frame.workerid]: next(works[frame.workerid], frame) }) });
    },
    forget() {
      const { environments, changes } = store.getState();
      store.setState({ environments: withoutAnEnd(environments), changes: withoutAnEnd(changes) });
    },
  };
}

function next(before: Work | undefined, { stage, line, restart = false }: ProgressFrame): Work {
  const going = before?.stage === 'going' ? before.lines : [];
  const end = ENDS[stage];
  if (end) return { stage: end, lines: going, why: end === 'failed' ? line : '', restart };
  return { stage: 'going', lines: [...going, line].slice(-MOST_LINES), why: '', restart: false };
}

function withoutAnEnd(works: Works): Works {
  const lost = Object.entries(works).map(([uuid, work]) => [
    uuid,
    work.stage === 'going' ? { ...work, stage: 'lost' as const } : work,
  ]);
  return tableOf(Object.fromEntries(lost));
}

function isProgress(frame: { readonly type?: unknown }): frame is ProgressFrame {
  return typeof frame.type === 'string' && Object.hasOwn(TABLES, frame.type);
}
