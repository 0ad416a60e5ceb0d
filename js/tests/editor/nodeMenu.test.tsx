import { act, createRef } from 'react';
import { describe, expect, test } from 'vitest';
import { NodeMenu } from '../../src/editor/node/NodeMenu';
import { MODE_KEYS, RUN_KEYS } from '../../src/editor/node/nodeActions';
import type { NodeState } from '../../src/protocol/types.gen';
import { node } from '../samples';
import { openEditor, prepareEditor, renderParts } from './editor';

prepareEditor();

function openMenu(nodes: NodeState[]) {
  const anchor = createRef<HTMLElement>();
  const shown = renderParts(
    <>
      <span ref={anchor} />
      <NodeMenu nodes={nodes} anchor={anchor} onClose={() => {}} />
    </>,
    { state: { nodes, edges: [] } },
  );
  const labels = [...shown.element.querySelectorAll('.fn-menu-label')].map(label => label.textContent);
  const choose = (label: string) => act(async () => shown.named(label)?.click());
  return { ...shown, labels, choose };
}

describe('the menu of a node', () => {
  test('lists ways to run, to take part, and the rest', () => {
    const { labels } = openMenu([node('n1')]);
    expect(labels).toEqual([
      'Run this',
      'Run to here',
      'Run from here',
      'Disable',
      'Bypass',
      'Freeze',
      'Group',
      'Rename',
      'Reset…',
      'Delete',
    ]);
  });

  test.each([
    ['Run this', ['trigger_node', { uuid: 'n1' }]],
    ['Run to here', ['run', { nodes: ['n1'], scope: 'to' }]],
    ['Run from here', ['run', { nodes: ['n1'], scope: 'from' }]],
    ['Disable', ['update_node', { uuid: 'n1', mode: 'disabled' }]],
    ['Bypass', ['update_node', { uuid: 'n1', mode: 'bypassed' }]],
    ['Freeze', ['update_node', { uuid: 'n1', mode: 'frozen' }]],
  ])('%s', async (label, sent) => {
    const { choose, command } = openMenu([node('n1')]);
    await choose(label);
    expect(command.mock.calls).toEqual([sent]);
  });

  test.each([
    ['disabled', 'Enable'],
    ['bypassed', 'End bypass'],
    ['frozen', 'Unfreeze'],
  ] as const)('what is %s has a way back', async (mode, label) => {
    const { choose, command } = openMenu([node('n1', { mode })]);
    await choose(label);
    expect(command).toHaveBeenCalledWith('update_node', { uuid: 'n1', mode: 'enabled' });
  });

  test('what is frozen or disabled does not run', () => {
    expect(openMenu([node('n1', { mode: 'frozen' })]).named('Run this')?.disabled).toBe(true);
  });
});

describe('the menu of several nodes', () => {
  const two = [node('n1', { mode: 'frozen' }), node('n2')];

  test('runs them together', async () => {
    const { choose, command } = openMenu(two);
    await choose('Run selection');
    expect(command.mock.calls).toEqual([['run', { nodes: ['n1', 'n2'], scope: 'only' }]]);
  });

  test('gives all of them a mode as one step', async () => {
    const { choose, command } = openMenu(two);
    await choose('Freeze');
    expect(command).toHaveBeenCalledWith('batch', {
      commands: ['n1', 'n2'].map(uuid => ({ cmd: 'update_node', kwargs: { uuid, mode: 'frozen' } })),
    });
  });

  test('says when nothing can run', async () => {
    const { choose, ui, command } = openMenu(two);
    command.mockResolvedValue({ requested: 0 });
    await choose('Run to here');
    expect(ui.getState().notice?.text).toContain('up to date');
  });
});

test.each([
  [{ key: 'Enter', shiftKey: true }, RUN_KEYS.only, ['trigger_node', { uuid: 'n1' }]],
  [{ key: 'Enter', ctrlKey: true }, RUN_KEYS.to, ['run', { nodes: ['n1'], scope: 'to' }]],
  [{ key: 'd' }, MODE_KEYS.disabled, ['update_node', { uuid: 'n1', mode: 'disabled' }]],
  [{ key: 'b' }, MODE_KEYS.bypassed, ['update_node', { uuid: 'n1', mode: 'bypassed' }]],
  [{ key: 'f' }, MODE_KEYS.frozen, ['update_node', { uuid: 'n1', mode: 'frozen' }]],
])('the key %j does what the menu says at %s', async (keys, _shown, sent) => {
  const { press, command } = openEditor({ state: { nodes: [node('n1')], edges: [] } });
  await press(keys);
  expect(command).not.toHaveBeenCalled();
  await press({ key: 'a', ctrlKey: true });
  await press(keys);
  expect(command.mock.calls).toEqual([sent]);
});
