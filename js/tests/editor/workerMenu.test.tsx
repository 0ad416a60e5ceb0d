import { fireEvent } from '@testing-library/react';
import { act } from 'react';
import { describe, expect, test, vi } from 'vitest';
import type { WorkerRecord } from '../../src/client/manager';
import { node, worker } from '../samples';
import { openEditor, prepareEditor } from './editor';

prepareEditor();

async function openMenu(changes: Partial<WorkerRecord> = {}) {
  const editor = openEditor({ worker: changes });
  await act(async () => editor.find('fn-worker-select')?.click());
  const items = () => [...editor.element.querySelectorAll<HTMLElement>('.fn-worker-menu [role="menuitem"]')];
  const labels = () => items().map(item => item.textContent);
  const choose = (label: string) =>
    act(async () =>
      items()
        .find(item => item.textContent === label)
        ?.click(),
    );
  return { ...editor, labels, choose };
}

describe('the worker menu', () => {
  test('offers what fits the worker as it stands', async () => {
    const { labels } = await openMenu({ activity: 'busy' });
    const kept = ['Rename…', 'Duplicate…', 'Settings…', 'Packages…', 'Export…', 'Show log', 'Delete…'];
    expect(labels()).toEqual(['New worker…', 'Import…', 'Interrupt', 'Restart', 'Stop', ...kept]);
  });

  test('says how workers stand, what they use and why they crashed', async () => {
    const { manager, find } = await openMenu({ activity: 'idle' });
    expect(find('fn-worker-words')?.textContent).toBe('running · idle');
    expect(find('fn-worker-usage')?.textContent).toBe('12 % · 85 MB');
    const detail = 'killed by signal 9 (SIGKILL); starts again in 0.5 s\nits last line';
    act(() => manager.store.setState({ workers: [worker('w1', { state: 'crashed', detail })] }));
    expect(find('fn-worker-words')?.textContent).toBe(
      'crashed · killed by signal 9 (SIGKILL) · starts again in 0.5 s',
    );
    expect(find('fn-worker-item')?.title).toContain('its last line');
  });

  test.each([
    ['Restart', 'restart'],
    ['Stop', 'stop'],
    ['Interrupt', 'interrupt'],
  ] as const)('%s is done at once', async (label, verb) => {
    const { choose, manager, element } = await openMenu({ activity: 'busy' });
    await choose(label);
    expect(manager[verb]).toHaveBeenCalledExactlyOnceWith('w1');
    expect(element.querySelector('.fn-worker-menu')).toBeNull();
  });

  test('what failed is said', async () => {
    const { choose, manager, find } = await openMenu();
    vi.mocked(manager.stop).mockRejectedValueOnce(new Error('worker demo cannot be ended'));
    await choose('Stop');
    expect(find('fn-notice')?.textContent).toContain('worker demo cannot be ended');
  });

  test('a copy gets a name and can be opened', async () => {
    const { choose, manager, find, onSelectWorker } = await openMenu();
    await choose('Duplicate…');
    fireEvent.change(find('fn-worker-name') as HTMLElement, { target: { value: 'second' } });
    await act(async () => find('fn-worker-create')?.click());
    expect(manager.duplicate).toHaveBeenCalledExactlyOnceWith('w1', 'second');
    act(() => find('fn-notice-offer')?.click());
    expect(onSelectWorker).toHaveBeenCalledExactlyOnceWith('w2');
  });

  test('settings are changed, and only those', async () => {
    const { choose, manager, find } = await openMenu({ idle_timeout: 100 });
    await choose('Settings…');
    act(() => find('fn-autostart')?.click());
    await act(async () => find('fn-settings-save')?.click());
    expect(manager.configure).toHaveBeenCalledExactlyOnceWith('w1', { autostart: true });
  });

  test('settings that stay as they are ask for nothing', async () => {
    const { choose, manager, find } = await openMenu();
    await choose('Settings…');
    await act(async () => find('fn-settings-save')?.click());
    expect(manager.configure).not.toHaveBeenCalled();
    expect(find('fn-settings-save')).toBeNull();
  });

  test('an archive is made of what was asked for', async () => {
    const { choose, manager, element } = await openMenu();
    await choose('Export…');
    act(() => element.querySelector<HTMLElement>('.fn-menu-form input')?.click());
    vi.mocked(manager.exportWorker).mockRejectedValueOnce(new Error('its file is a link'));
    await choose('Export');
    expect(manager.exportWorker).toHaveBeenCalledExactlyOnceWith('w1', false);
    expect(element.querySelector('[role="alert"]')?.textContent).toBe('its file is a link');
  });

  test('deleting asks, and the keys are at the way out', async () => {
    const { choose, manager, find, element } = await openMenu();
    await choose('Delete…');
    expect(element.querySelector('.fn-menu-form')?.textContent).toContain('Delete demo?');
    expect(document.activeElement?.textContent).toBe('Cancel');
    expect(manager.remove).not.toHaveBeenCalled();
    await act(async () => find('fn-worker-delete')?.click());
    expect(manager.remove).toHaveBeenCalledExactlyOnceWith('w1');
  });

  test('the log is shown below the canvas until Escape', async () => {
    const { choose, manager, find, press } = await openMenu();
    await choose('Show log');
    expect(manager.log).toHaveBeenCalledWith('w1', 500);
    expect(find('fn-worker-log')?.textContent).toBe('printed');
    expect(document.activeElement).toBe(find('fn-worker-log'));
    await press({ key: 'Escape' }, find('fn-worker-log'));
    expect(find('fn-log-drawer')).toBeNull();
  });
});

describe('a worker that does not answer', () => {
  test('is the one story of the banner, whoever found out', async () => {
    const { find, manager } = openEditor({ worker: { activity: 'frozen' } });
    expect(find('fn-stuck')?.textContent).toContain('does not answer');
    await act(async () => find('fn-restart-stuck')?.click());
    expect(manager.restart).toHaveBeenCalledWith('w1');
  });

  test('can be waited for, until it happens again', () => {
    const { find, manager, element } = openEditor({ worker: { activity: 'frozen' } });
    const become = (activity: WorkerRecord['activity']) =>
      act(() => manager.store.setState({ workers: [worker('w1', { activity })] }));
    act(() => element.querySelector<HTMLElement>('[aria-label="Go on waiting"]')?.click());
    expect(find('fn-stuck')).toBeNull();
    become('busy');
    expect(find('fn-stuck')).toBeNull();
    become('frozen');
    expect(find('fn-stuck')).not.toBeNull();
  });
});

describe('a worker that crashed', () => {
  const detail = 'killed by signal 9 (SIGKILL); starts again in 0.5 s\nits last line';

  function crashAndComeBack(stale: boolean) {
    const editor = openEditor({ state: { nodes: [node('n1', { stale })], edges: [] } });
    const { manager, store } = editor;
    const connection = (connection: 'open' | 'gone') =>
      act(() => store.getState().dispatch({ type: 'connection', connection }));
    act(() => manager.store.setState({ workers: [worker('w1', { state: 'crashed', detail })] }));
    connection('gone');
    expect(editor.find('fn-banner')?.textContent).toContain(
      'The worker crashed: killed by signal 9 (SIGKILL). It starts again in 0.5 s.',
    );
    act(() => manager.store.setState({ workers: [worker('w1')] }));
    connection('open');
    return { ...editor, connection };
  }

  test('says so when it is back, and offers to compute', async () => {
    const { find, command } = crashAndComeBack(true);
    expect(find('fn-notice')?.textContent).toContain(
      'The worker crashed: killed by signal 9 (SIGKILL). It was started again. Everything is out of date; Run computes it.',
    );
    await act(async () => find('fn-notice-offer')?.click());
    expect(command).toHaveBeenCalledWith('run', { scope: 'stale' });
  });

  test('says it once', () => {
    const { find, element, connection } = crashAndComeBack(false);
    expect(find('fn-notice')?.textContent).toBe(
      'The worker crashed: killed by signal 9 (SIGKILL). It was started again.',
    );
    act(() => element.querySelector<HTMLElement>('.fn-notice [aria-label="Dismiss"]')?.click());
    connection('gone');
    connection('open');
    expect(find('fn-notice')).toBeNull();
  });

  test('tells in the list of workers why', () => {
    const { find } = openEditor({ withClient: false, worker: { state: 'crashed', detail } });
    expect(find('fn-worker-words')?.textContent).toContain('killed by signal 9 (SIGKILL) · starts again');
  });
});
