import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { ManagerClient, ManagerState } from '../../src/client/manager';
import { createManagerNews } from '../../src/client/news';
import type { PackagePlan, WorkerPackages } from '../../src/client/packages';
import { ApiError } from '../../src/transport/http';
import { createPackageDesk, type PackageDesk } from '../../src/workers/packages/desk';
import { worker } from '../samples';

const PACKAGES: WorkerPackages = {
  environment: 'own',
  python: '3.12.1',
  packages: [],
  missing: [],
  unknown: [],
  needs_restart: false,
  outdated: [],
  restorable: false,
  may_change: true,
  why_not: '',
  forbidden: false,
  allowed: null,
  changing: false,
};
const PLAN: PackagePlan = {
  plan: 'p1',
  changes: [{ name: 'numpy', from: null, to: '2.0' }],
  unavailable: [],
  restart: false,
  nothing: false,
};

const news = () => createManagerNews();
let keeper = news();
let desk: PackageDesk;
let packages: {
  of: ReturnType<typeof vi.fn>;
  plan: ReturnType<typeof vi.fn>;
  apply: ReturnType<typeof vi.fn>;
  cancel: ReturnType<typeof vi.fn>;
};
let manager: ManagerClient;

function tell(stage: string, line = '', restart = false): void {
  keeper.hear({ type: 'packages_progress', workerid: 'w', name: 'demo', stage, line, restart } as object);
}

beforeEach(() => {
  keeper = news();
  packages = {
    of: vi.fn(async () => PACKAGES),
    plan: vi.fn(async () => PLAN),
    apply: vi.fn(async () => ({})),
    cancel: vi.fn(async () => true),
  };
  manager = {
    store: createStore<ManagerState>(() => ({ workers: [worker('w')], connection: 'open' })),
    news: keeper.store,
    packages,
    configure: vi.fn(async () => worker('w')),
    restart: vi.fn(async () => worker('w')),
  } as unknown as ManagerClient;
  desk = createPackageDesk(manager, 'w');
});

afterEach(() => desk.dispose());

const step = () => desk.store.getState().step;

describe('a change', () => {
  it('is shown, agreed to, followed line by line and ends with a new look', async () => {
    await desk.load();
    await desk.plan({ add: ['numpy'] });
    expect(step()).toEqual({ at: 'plan', wish: { add: ['numpy'] }, plan: PLAN });
    expect(packages.apply).not.toHaveBeenCalled();
    await desk.agree();
    expect(packages.apply).toHaveBeenCalledExactlyOnceWith('w', 'p1');
    tell('changing', 'Installing numpy==2.0');
    tell('changing', 'Resolved');
    expect(desk.store.getState().lines).toEqual(['Installing numpy==2.0', 'Resolved']);
    tell('done', '', true);
    expect(desk.store.getState()).toMatchObject({
      step: { at: 'ended', outcome: { stage: 'done' } },
      restart: 'due',
      agreed: PLAN.changes,
    });
    expect(packages.of).toHaveBeenCalledTimes(2);
  });

  it('is not made when nobody agrees', async () => {
    await desk.plan({ add: ['numpy'] });
    desk.back();
    await desk.agree();
    expect(packages.apply).not.toHaveBeenCalled();
  });

  it('that cannot be planned is refused in words, and what was typed stays', async () => {
    desk.type('numpy>9');
    packages.plan.mockRejectedValueOnce(
      new ApiError(422, 'ResolverRefusedError', 'no such versions\nuv said'),
    );
    await desk.plan({ add: ['numpy>9'] });
    expect(desk.store.getState()).toMatchObject({
      step: { at: 'list' },
      refusal: 'no such versions\nuv said',
      typed: 'numpy>9',
    });
  });

  it('whose plan is outdated says so', async () => {
    await desk.plan({ add: ['numpy'] });
    packages.apply.mockRejectedValueOnce(new ApiError(409, 'PlanOutdatedError', 'changed meanwhile'));
    await desk.agree();
    expect(desk.store.getState()).toMatchObject({ step: { at: 'list' }, refusal: 'changed meanwhile' });
  });

  it('that fails tells why', async () => {
    await desk.plan({ add: ['numpy'] });
    await desk.agree();
    tell('changing', 'x');
    tell('failed', 'as they were: it broke\nuv said');
    expect(step()).toEqual({
      at: 'ended',
      outcome: { stage: 'failed', why: 'as they were: it broke\nuv said' },
    });
  });

  it('is cancelled when the server has put everything back', async () => {
    await desk.plan({ add: ['numpy'] });
    await desk.agree();
    tell('changing', 'x');
    const cancelling = desk.cancel();
    expect(step()).toEqual({ at: 'changing', cancelling: true });
    tell('changing', 'Putting back');
    expect(step()).toEqual({ at: 'changing', cancelling: true });
    tell('cancelled');
    await cancelling;
    expect(step()).toMatchObject({ at: 'ended', outcome: { stage: 'cancelled' } });
  });

  it('of another window is followed, from where it is', () => {
    tell('changing', 'one');
    const later = createPackageDesk(manager, 'w');
    expect(later.store.getState()).toMatchObject({ step: { at: 'changing' }, lines: ['one'] });
    tell('changing', 'two');
    expect(later.store.getState().lines).toEqual(['one', 'two']);
    later.dispose();
  });

  it('of another worker is none of ours', () => {
    keeper.hear({ type: 'packages_progress', workerid: 'x', stage: 'changing', line: 'x' } as object);
    expect(step()).toEqual({ at: 'list' });
  });

  it('that ended while the hub was away is not waited for', async () => {
    await desk.plan({ add: ['numpy'] });
    await desk.agree();
    tell('changing', 'one');
    keeper.forget();
    await vi.waitFor(() => expect(step()).toMatchObject({ at: 'ended', outcome: { stage: 'lost' } }));
  });

  it('that goes on when the hub is back is told anew, once', async () => {
    packages.of.mockResolvedValue({ ...PACKAGES, changing: true });
    await desk.plan({ add: ['numpy'] });
    await desk.agree();
    tell('changing', 'one');
    keeper.forget();
    await vi.waitFor(() => expect(packages.of).toHaveBeenCalled());
    tell('changing', 'one');
    tell('changing', 'two');
    expect(desk.store.getState().lines).toEqual(['one', 'two']);
    expect(step()).toMatchObject({ at: 'changing' });
  });
});

it('asking what would change can be given up, and tells of the environment that is made for it', async () => {
  let signal: AbortSignal | undefined;
  packages.plan.mockImplementationOnce(
    (_uuid: string, _wish: object, options: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        signal = options.signal;
        signal.addEventListener('abort', () => reject(new ApiError(0, 'Aborted', 'It was broken off.')));
      }),
  );
  const planning = desk.plan({ add: ['numpy'] });
  keeper.hear({ type: 'environment_progress', workerid: 'w', stage: 'making', line: 'Making it' } as object);
  expect(desk.store.getState()).toMatchObject({ step: { at: 'planning' }, lines: ['Making it'] });
  await desk.cancel();
  await planning;
  expect(signal?.aborted).toBe(true);
  expect(desk.store.getState()).toMatchObject({ step: { at: 'list' }, refusal: '' });
});

it('a running worker that gets an environment of its own has to be restarted for it', async () => {
  await desk.move('shared');
  expect(manager.configure).toHaveBeenCalledExactlyOnceWith('w', { environment: 'shared' });
  expect(desk.store.getState().restart).toBe('due');
  await desk.restart();
  expect(manager.restart).toHaveBeenCalledExactlyOnceWith('w');
  expect(desk.store.getState().restart).toBe('none');
});

it('asking what would change tells what is tried', async () => {
  let tell: ((line: string) => void) | undefined;
  packages.plan.mockImplementationOnce(
    (_uuid: string, _wish: object, options: { onLine(line: string): void }) =>
      new Promise(() => {
        tell = options.onLine;
      }),
  );
  void desk.plan({ restore: true });
  tell?.('Trying numpy==2.0');
  expect(desk.store.getState()).toMatchObject({ step: { at: 'planning' }, lines: ['Trying numpy==2.0'] });
  await desk.cancel();
  tell?.('Trying scipy==1.0');
  expect(desk.store.getState()).toMatchObject({ step: { at: 'list' }, lines: [] });
});

it('a restart that is due is known when the packages are looked at later', async () => {
  packages.of.mockResolvedValueOnce({ ...PACKAGES, needs_restart: true, outdated: ['numpy'] });
  await desk.load();
  expect(desk.store.getState().restart).toBe('due');
  await desk.restart();
  expect(desk.store.getState()).toMatchObject({ restart: 'none', packages: { needs_restart: false } });
});
