import { act } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createSnapshotClient } from '../../src/client/snapshot';
import { mountViewer } from '../../src/editor/viewer/mountViewer';
import { showGraph } from '../../src/hosts/viewer';
import type { FullState } from '../../src/protocol/types.gen';
import { failure, fullState, group, node, port } from '../samples';
import { prepareEditor } from './editor';

prepareEditor();

let close = (): void => {};
afterEach(() => act(() => close()));

/** A graph that nobody can change, on the screen. */
function look(changes: Partial<FullState> = {}, texts: Record<string, string> = {}) {
  const client = createSnapshotClient({ state: fullState(0, changes), texts });
  const command = vi.spyOn(client, 'command');
  const element = document.body.appendChild(document.createElement('div'));
  act(() => {
    close = mountViewer(element, client, false);
  });
  const find = (id: string) => element.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  const press = (init: KeyboardEventInit) =>
    act(
      async () =>
        void find('fn-editor')?.dispatchEvent(
          new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }),
        ),
    );
  return { element, client, command, find, press };
}

const one = node('n1', {
  state: 'done',
  io: [
    port('a', { value: { text: '2', type: 'int', value: 2 } }),
    port('on', { kind: 'boolean', value: { text: 'True', type: 'bool', value: true } }),
    port('out', { is_input: false, value: { text: '4', type: 'int', value: 4 } }),
  ],
});

describe('a graph to look at', () => {
  test('has no bar, no library and no menus', () => {
    const { element, find } = look({ groups: { g: group(['n1'], {}) } });
    expect(find('fn-editor')).not.toBeNull();
    expect(element.querySelector('[role="toolbar"], .fn-library, [aria-haspopup="menu"]')).toBeNull();
  });

  test('shows what a selected node holds, and takes nothing', async () => {
    const { element, find, press, command } = look({ nodes: [one], edges: [] });
    await press({ key: 'a', ctrlKey: true });
    const inspector = find('fn-inspector') as HTMLElement;
    expect(inspector.textContent).toContain('Done');
    expect(inspector.textContent).toContain('4');
    const field = find('fn-inspector-input-a') as HTMLInputElement;
    expect([field.value, field.readOnly]).toEqual(['2', true]);
    expect(find('fn-inspector-input-on')?.textContent).toBe('True');
    expect(
      inspector.querySelectorAll('input:not([readonly]), textarea:not([readonly]), select'),
    ).toHaveLength(0);
    expect([...inspector.querySelectorAll('button')].map(button => button.title)).toEqual([
      'Close the inspector',
    ]);
    await press({ key: 'Delete' });
    await press({ key: 'z', ctrlKey: true });
    await press({ key: '/' });
    expect(command).not.toHaveBeenCalled();
    expect(element.querySelector('.fn-quick')).toBeNull();
  });

  test('shows the whole code of a node', async () => {
    const text = `${'x = 1\n'.repeat(2000)}y = 2`;
    const code = port('__source__', {
      kind: 'text',
      value: { text: 'x = 1…', type: 'str', truncated: true },
    });
    const { find, press } = look(
      { nodes: [node('n1', { io: [code] })], edges: [] },
      { 'n1.__source__': text },
    );
    await press({ key: 'a', ctrlKey: true });
    const field = find('fn-code-field') as HTMLTextAreaElement;
    expect([field.value, field.readOnly]).toEqual([text, true]);
  });

  test('shows what went wrong and what was printed', async () => {
    const failed = node('n1', {
      state: 'error',
      error: failure({ text: 'ValueError: nothing to draw' }),
      log: { first: 0, lines: [{ text: 'epoch 1' }] },
    });
    const { find, press } = look({ nodes: [failed], edges: [] });
    await press({ key: 'a', ctrlKey: true });
    expect(find('fn-inspector')?.textContent).toContain('ValueError: nothing to draw');
    expect(find('fn-log')?.textContent).toContain('epoch 1');
  });

  test('opens the inspector again for the node that was selected before it was closed', async () => {
    const { find, press } = look({ nodes: [one], edges: [] });
    await press({ key: 'a', ctrlKey: true });
    act(() => find('fn-inspector')?.querySelector<HTMLButtonElement>('button')?.click());
    expect(find('fn-inspector')).toBeNull();
    await press({ key: 'a', ctrlKey: true });
    expect(find('fn-inspector')).not.toBeNull();
  });
});

describe('its place in a page', () => {
  function place(json: string): HTMLElement {
    const element = document.body.appendChild(document.createElement('div'));
    element.className = 'fn-viewer';
    element.innerHTML = '<img alt="The graph"><script type="application/json"></script>';
    (element.lastElementChild as HTMLElement).textContent = json;
    return element;
  }

  test('is where its picture was', () => {
    const element = place(JSON.stringify({ state: fullState(0) }));
    act(() => showGraph(element));
    expect(element.querySelector('[data-testid="fn-editor"]')).not.toBeNull();
    expect(element.dataset.live).toBe('');
  });

  test('keeps the picture when the snapshot is broken', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    for (const json of ['', '{', '{"state": {}}', 'null']) {
      const element = place(json);
      act(() => showGraph(element));
      expect(element.dataset.live).toBeUndefined();
      expect(element.querySelector('img')).not.toBeNull();
    }
  });
});
