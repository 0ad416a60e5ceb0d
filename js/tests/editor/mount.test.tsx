import { act } from 'react';
import { expect, test, vi } from 'vitest';
import { closeEditor, openEditor, prepareEditor } from './editor';

prepareEditor();

test('the root keeps its keys from the notebook', async () => {
  const { find, press } = openEditor();
  const heard = vi.fn();
  document.addEventListener('keydown', heard);
  for (const key of ['d', 'x', 'a', 'Backspace', 'Enter']) await press({ key });
  document.removeEventListener('keydown', heard);
  expect(heard).not.toHaveBeenCalled();
  const root = find('fn-editor');
  expect(root?.dataset.lmSuppressShortcuts).toBe('true');
  expect(root?.tabIndex).toBe(0);
});

test('a worker that is gone can be started again', async () => {
  const { store, find, manager, client } = openEditor({
    worker: { state: 'crashed', detail: 'killed by signal 9; stays down after 5 restarts within 10 minutes' },
  });
  act(() => store.getState().dispatch({ type: 'connection', connection: 'gone' }));
  expect(find('fn-banner')?.textContent).toContain(
    'The worker crashed: killed by signal 9. It stays down after 5 restarts within 10 minutes.',
  );
  await act(async () => find('fn-restart')?.click());
  expect(manager.start).toHaveBeenCalledWith('w1');
  expect(client.reconnect).toHaveBeenCalled();
});

test('a lost connection says so and heals', () => {
  const { store, find } = openEditor();
  act(() => store.getState().dispatch({ type: 'connection', connection: 'lost' }));
  expect(find('fn-banner')?.textContent).toContain('reconnecting');
  act(() => store.getState().dispatch({ type: 'connection', connection: 'open' }));
  expect(find('fn-banner')).toBeNull();
});

test('without a worker one is picked or made', async () => {
  const { find, onSelectWorker } = openEditor({ withClient: false });
  await act(async () => find('fn-worker-item')?.click());
  expect(onSelectWorker).toHaveBeenCalledWith('w1');
});

test('Delete removes in the worker', async () => {
  const { press, client } = openEditor();
  await press({ key: 'a', ctrlKey: true });
  await press({ key: 'Delete' });
  expect(client.command).toHaveBeenCalledWith('batch', {
    commands: [
      { cmd: 'remove_node', kwargs: { uuid: 'n1' } },
      { cmd: 'remove_node', kwargs: { uuid: 'n2' } },
    ],
  });
});

test('it leaves nothing behind', () => {
  const { element } = openEditor();
  closeEditor();
  expect(element.childElementCount).toBe(0);
});
