import { fireEvent } from '@testing-library/react';
import { act } from 'react';
import { describe, expect, test, vi } from 'vitest';
import type { NewWorker } from '../../src/client/manager';
import type { MissingPackage, WorkerPackages } from '../../src/client/packages';
import { ApiError } from '../../src/transport/http';
import { node, worker } from '../samples';
import { openEditor, prepareEditor } from './editor';

prepareEditor();

const NUMPY: MissingPackage = {
  name: 'numpy',
  requirement: 'numpy==2.0',
  modules: ['numpy'],
  nodes: 3,
  reason: '',
};

function packages(changes: Partial<WorkerPackages> = {}): WorkerPackages {
  return {
    environment: 'own',
    python: '3.12.1',
    packages: [
      { name: 'dep', version: '1', asked: false, from: 'environment', summary: '' },
      { name: 'pandas', version: '2', asked: true, from: 'environment', summary: 'Tables' },
      { name: 'jupyter', version: '3', asked: false, from: 'server', summary: '' },
    ],
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
    ...changes,
  };
}

const PLAN = {
  plan: 'p1',
  changes: [{ name: 'numpy', from: null, to: '2.0' }],
  unavailable: [],
  restart: true,
  nothing: false,
};

const settled = () => act(async () => {});

async function openPackages(changes: Partial<WorkerPackages> = {}) {
  const editor = openEditor({ packages: async () => packages(changes), plan: PLAN });
  await settled();
  await act(async () => editor.find('fn-worker-select')?.click());
  const items = [...editor.element.querySelectorAll<HTMLElement>('.fn-worker-menu [role="menuitem"]')];
  await act(async () => items.find(item => item.textContent === 'Packages…')?.click());
  const rows = () =>
    [...editor.element.querySelectorAll<HTMLElement>('[data-testid="fn-package"]')].map(
      row => row.dataset.name,
    );
  return { ...editor, rows };
}

async function openNewWorker() {
  const editor = openEditor();
  await act(async () => editor.find('fn-worker-select')?.click());
  const items = [...editor.element.querySelectorAll<HTMLElement>('.fn-worker-menu [role="menuitem"]')];
  await act(async () => items.find(item => item.textContent === 'New worker…')?.click());
  const create = () => act(async () => editor.find('fn-worker-create')?.click());
  return { ...editor, create };
}

function type(element: HTMLElement | null, value: string): void {
  fireEvent.change(element as HTMLElement, { target: { value } });
}

describe('a new worker', () => {
  test('has the server’s packages unless another choice is made', async () => {
    const { find, manager, create, onSelectWorker } = await openNewWorker();
    expect(document.activeElement).toBe(find('fn-worker-name'));
    type(find('fn-worker-name'), ' second ');
    await create();
    expect(manager.create).toHaveBeenCalledExactlyOnceWith('second', undefined);
    expect(onSelectWorker).toHaveBeenCalledExactlyOnceWith('w1');
    expect(find('fn-new-worker')).toBeNull();
  });

  test('tells how its environment comes to be, until it is given up', async () => {
    const { find, manager, create } = await openNewWorker();
    let asked: NewWorker | undefined;
    vi.mocked(manager.create).mockImplementationOnce((_name, options) => {
      asked = options;
      return new Promise((_resolve, reject) =>
        options?.signal?.addEventListener('abort', () => reject(new ApiError(0, 'Aborted', 'off'))),
      );
    });
    act(() => find('fn-environment-own')?.click());
    type(find('fn-environment-python'), ' 3.12 ');
    await create();
    expect(asked).toMatchObject({ environment: 'own', python: '3.12' });
    act(() => asked?.onLine?.('Making an environment'));
    expect(find('fn-tool-lines')?.textContent).toBe('Making an environment');
    // a key that is pressed by mistake gives nothing up
    fireEvent.keyDown(find('fn-new-worker') as HTMLElement, { key: 'Escape' });
    expect(asked?.signal?.aborted).toBe(false);
    await act(async () => find('fn-worker-cancel')?.click());
    expect(find('fn-cancelled')).not.toBeNull();
    expect(find('fn-refusal')).toBeNull();
  });

  test('that cannot be made says why, and what was chosen stays', async () => {
    const { find, manager, create } = await openNewWorker();
    vi.mocked(manager.create).mockRejectedValueOnce(
      new ApiError(409, 'EnvironmentFailedError', 'there is no such Python here; install it\nuv: no 3.99'),
    );
    act(() => find('fn-environment-own')?.click());
    type(find('fn-environment-python'), '3.99');
    await create();
    expect(find('fn-refusal')?.querySelector('p')?.textContent).toBe(
      'There is no such Python here; install it.',
    );
    expect(find('fn-refusal')?.querySelector('pre')?.textContent).toBe('uv: no 3.99');
    expect((find('fn-environment-python') as HTMLInputElement).value).toBe('3.99');
  });

  test('is chosen on the first screen, too', async () => {
    const { find, element } = openEditor({ withClient: false });
    const item = [...element.querySelectorAll('button')].find(
      button => button.textContent === 'With packages of its own…',
    );
    await act(async () => item?.click());
    expect(find('fn-new-worker')).not.toBeNull();
  });
});

describe('the packages', () => {
  test('are listed as they were added, came with those, or are the server’s', async () => {
    const { rows, find } = await openPackages();
    expect(rows()).toEqual(['pandas', 'dep', 'jupyter']);
    type(find('fn-package-filter'), 'PAN');
    expect(rows()).toEqual(['pandas']);
    // only what somebody added can be taken away
    expect(find('fn-packages-list')?.querySelectorAll('button')).toHaveLength(2);
  });

  test('are changed after the plan was seen', async () => {
    const { find, manager } = await openPackages();
    type(find('fn-package-name'), 'numpy');
    await act(async () => fireEvent.submit(find('fn-package-name') as HTMLElement));
    const [, wish] = vi.mocked(manager.packages.plan).mock.calls[0] ?? [];
    expect(wish).toEqual({ add: ['numpy'] });
    expect(find('fn-change')?.textContent).toBe('numpy2.0New');
    expect(find('fn-plan')?.textContent).toContain('needs a restart');
    expect(document.activeElement).toBe(find('fn-plan-agree'));
    fireEvent.keyDown(find('fn-packages') as HTMLElement, { key: 'Escape' });
    expect(find('fn-packages-list')).not.toBeNull();
  });

  test('that are the server’s are not changed, but the worker may get its own', async () => {
    const { find, manager } = await openPackages({
      environment: 'server',
      may_change: false,
      why_not: 'give it one',
    });
    expect(find('fn-package-name')).toBeNull();
    await act(async () => find('fn-packages-move')?.click());
    expect(manager.configure).toHaveBeenCalledExactlyOnceWith('w1', { environment: 'shared' });
  });

  test('that an administrator forbids to change are only shown', async () => {
    const { find, rows } = await openPackages({
      environment: 'server',
      may_change: false,
      forbidden: true,
      why_not: 'the configuration forbids it; ask whoever looks after the server',
    });
    expect(find('fn-why-not')?.textContent).toContain('ask whoever looks after the server');
    expect(find('fn-packages-move')).toBeNull();
    expect(rows()).toHaveLength(3);
  });
});

describe('a restart that is due', () => {
  test('is offered whenever the packages are looked at, until it was done', async () => {
    const { find, manager } = await openPackages({ needs_restart: true, outdated: ['numpy', 'pandas'] });
    expect(find('fn-packages')?.textContent).toContain(
      'The worker still runs with the old numpy and pandas.',
    );
    vi.mocked(manager.packages.of).mockResolvedValue(packages());
    await act(async () => find('fn-packages-restart')?.click());
    expect(manager.restart).toHaveBeenCalledExactlyOnceWith('w1');
    expect(find('fn-packages-restart')).toBeNull();
  });

  test('of a pack is a click in the library', async () => {
    const pack = {
      name: 'my-pack',
      version: '1.0',
      module: 'my_pack',
      installed: '2.0',
      needs_restart: true,
      shelves: [],
      problems: [],
      renderers: [],
      plugin: null,
    };
    const { find, manager, store } = openEditor();
    act(() => store.getState().dispatch({ type: 'library', library: { shelves: [], packs: [pack] } }));
    vi.mocked(manager.restart).mockRejectedValueOnce(new ApiError(409, 'X', 'the worker is busy'));
    await act(async () => find('fn-pack-restart')?.click());
    expect(manager.restart).toHaveBeenCalledExactlyOnceWith('w1');
    expect(find('fn-editor')?.textContent).toContain('the worker is busy');
  });
});

describe('missing packages', () => {
  test('are told of, asked for once, and again when the library changes', async () => {
    const { find, manager, store } = openEditor({ packages: async () => packages({ missing: [NUMPY] }) });
    await settled();
    expect(find('fn-missing-banner')?.textContent).toContain('3 nodes wait for a package');
    const asked = vi.mocked(manager.packages.of).mock.calls.length;
    act(() =>
      store.getState().dispatch({
        type: 'batch',
        first: 2,
        seq: 2,
        events: [{ event: 'node_updated', data: { uuid: 'n1', changed: { name: 'x' } } }],
      }),
    );
    expect(manager.packages.of).toHaveBeenCalledTimes(asked);
    vi.mocked(manager.packages.of).mockResolvedValue(packages());
    await act(async () => store.getState().dispatch({ type: 'library', library: { shelves: [] } as never }));
    expect(manager.packages.of).toHaveBeenCalledTimes(asked + 1);
    expect(find('fn-missing-banner')).toBeNull();
  });

  test('lead to a plan of all that can be asked for', async () => {
    const unknown = { name: '', requirement: '', modules: ['cv2'], nodes: 1, reason: '' };
    const { find, manager } = openEditor({
      state: { nodes: [node('n1', { unknown: true })] },
      packages: async () => packages({ missing: [NUMPY, unknown] }),
      plan: PLAN,
    });
    await settled();
    await act(async () => find('fn-missing-look')?.click());
    const [, wish] = vi.mocked(manager.packages.plan).mock.calls[0] ?? [];
    expect(wish).toEqual({ add: ['numpy==2.0'], partly: true });
    expect(find('fn-plan')).not.toBeNull();
  });

  test('that cannot be had are named with the reason, and the others are agreed to', async () => {
    const why = 'numpy was not found in the package registry';
    const { find } = openEditor({
      packages: async () => packages({ missing: [{ ...NUMPY, reason: why }], restorable: true }),
      plan: {
        ...PLAN,
        changes: [{ name: 'scipy', from: null, to: '1.0' }],
        unavailable: [{ name: 'numpy', requirement: 'numpy==2.0', reason: why }],
      },
    });
    await settled();
    expect(find('fn-missing-banner')?.textContent).toContain(`Not to be had: ${why}.`);
    await act(async () => find('fn-missing-look')?.click());
    expect(find('fn-unavailable')?.textContent).toBe(
      `1 package cannot be had, and stays missing:numpy==2.0${why}`,
    );
    expect(find('fn-plan')?.textContent).toContain('Without it, this will change: 1 new.');
    expect(find('fn-plan-agree')?.textContent).toBe('Restore the others');
    await act(async () => find('fn-plan-back')?.click());
    expect(find('fn-missing')?.textContent).toContain(`Not to be had: ${why}`);
  });

  test('of which none can be had leave nothing to agree to', async () => {
    const { find } = openEditor({
      packages: async () => packages({ missing: [NUMPY] }),
      plan: {
        ...PLAN,
        changes: [],
        nothing: true,
        unavailable: [{ name: 'numpy', requirement: 'numpy', reason: 'no numpy' }],
      },
    });
    await settled();
    await act(async () => find('fn-missing-look')?.click());
    expect(find('fn-plan')?.textContent).toContain('There is nothing else to change.');
    expect(find('fn-plan-agree')).toBeNull();
  });

  test('of nodes that nobody knows are looked for by the person', async () => {
    const { find, manager } = openEditor({
      packages: async () => packages({ unknown: [{ node_id: 'gone.shout', nodes: 2 }] }),
    });
    await settled();
    expect(find('fn-missing-banner')?.textContent).toContain('2 nodes are not known here: gone.shout.');
    expect(find('fn-missing-look')?.textContent).toBe('Packages…');
    await act(async () => find('fn-missing-look')?.click());
    expect(manager.packages.plan).not.toHaveBeenCalled();
    expect(find('fn-unknown')?.textContent).toContain('gone.shout2 nodes; which package has them');
    expect(document.activeElement).toBe(find('fn-package-name'));
  });

  test('are asked for anew when the dialog is closed', async () => {
    const { find, manager } = openEditor({
      packages: async () => packages({ missing: [NUMPY] }),
      plan: PLAN,
    });
    await settled();
    await act(async () => find('fn-missing-look')?.click());
    vi.mocked(manager.packages.of).mockResolvedValue(
      packages({ missing: [{ ...NUMPY, reason: 'no numpy' }] }),
    );
    await act(async () => find('fn-plan-back')?.click());
    await act(async () => fireEvent.keyDown(find('fn-packages') as HTMLElement, { key: 'Escape' }));
    expect(find('fn-packages')).toBeNull();
    expect(find('fn-missing-banner')?.textContent).toContain('Not to be had: no numpy.');
  });

  test('that nobody wants to hear of any more are not told of', async () => {
    const { find } = openEditor({ packages: async () => packages({ missing: [NUMPY] }) });
    await settled();
    act(() => find('fn-missing-banner')?.querySelector<HTMLElement>('[aria-label="Dismiss"]')?.click());
    expect(find('fn-missing-banner')).toBeNull();
  });
});

test('a worker whose environment is being made says how far it is, and can be given up', async () => {
  const { find, manager, client } = openEditor();
  act(() => client.store.getState().dispatch({ type: 'connection', connection: 'gone' }));
  act(() =>
    manager.store.setState({ workers: [worker('w1', { state: 'stopped', preparing: true, pid: null })] }),
  );
  act(() =>
    manager.news.setState({
      environments: {
        w1: { stage: 'going', lines: ['Copying what a worker needs'], why: '', restart: false },
      },
    }),
  );
  expect(find('fn-banner')?.textContent).toContain('Copying what a worker needs');
  expect(find('fn-restart')).toBeNull();
  await act(async () => find('fn-preparing-cancel')?.click());
  expect(manager.cancelPreparing).toHaveBeenCalledExactlyOnceWith('w1');
});
