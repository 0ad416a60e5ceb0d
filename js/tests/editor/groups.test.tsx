import { act } from 'react';
import { describe, expect, test } from 'vitest';
import { frameDepth, groupFrames } from '../../src/editor/layout/frames';
import type { Rect } from '../../src/editor/layout/placement';
import { canGroup, gather, meantGroups, nodesWithin } from '../../src/editor/state/grouping';
import type { GroupState } from '../../src/protocol/types.gen';
import { group, node } from '../samples';
import { openEditor, prepareEditor } from './editor';

prepareEditor();

const BOXES = new Map<string, Rect>([
  ['a', { x: 0, y: 0, width: 100, height: 50 }],
  ['b', { x: 200, y: 100, width: 100, height: 50 }],
  ['c', { x: 600, y: 0, width: 100, height: 50 }],
]);
/** outer(c, inner(a, b)) */
const NESTED: Record<string, GroupState> = {
  inner: group(['a', 'b'], { parent_group: 'outer' }),
  outer: group(['c'], { child_groups: ['inner'] }),
};

describe('frames', () => {
  test('stand around their nodes, with room for a title', () => {
    expect(groupFrames({ g: group(['a', 'b']) }, BOXES)).toEqual([
      { id: 'g', x: -18, y: -48, width: 336, height: 216 },
    ]);
  });

  test('stand around the frames inside them, and are drawn before these', () => {
    const [outer, inner] = groupFrames(NESTED, BOXES);
    expect([outer?.id, inner?.id]).toEqual(['outer', 'inner']);
    expect(inner).toEqual({ id: 'inner', x: -18, y: -48, width: 336, height: 216 });
    expect(outer).toEqual({ id: 'outer', x: -36, y: -96, width: 754, height: 282 });
    expect(frameDepth(NESTED)).toBe(2);
  });

  test('are not there around nothing, and a group around a group that shows nothing neither', () => {
    const groups = { g: group(['gone'], { parent_group: 'h' }), h: group([]), i: group(['a']) };
    expect(groupFrames(groups, BOXES).map(frame => frame.id)).toEqual(['i']);
  });

  test('end with groups that do not fit together', () => {
    const groups = {
      lost: group(['a'], { parent_group: 'not there' }),
      x: group(['b'], { parent_group: 'y' }),
      y: group(['c'], { parent_group: 'x' }),
    };
    expect(groupFrames(groups, BOXES).map(frame => frame.id)).toEqual(['lost']);
    expect(frameDepth(groups)).toBe(1);
    expect(nodesWithin(groups, 'x')).toEqual(['b', 'c']);
  });
});

describe('what a selection means', () => {
  test.each([
    [['a'], { nodes: ['a'], groups: [] }, ['inner']],
    [['a', 'b'], { nodes: [], groups: ['inner'] }, ['inner']],
    [['a', 'b', 'd'], { nodes: ['d'], groups: ['inner'] }, ['inner']],
    [['a', 'b', 'c'], { nodes: [], groups: ['outer'] }, ['outer']],
    [['a', 'c'], { nodes: ['a', 'c'], groups: [] }, ['inner', 'outer']],
    [['d'], { nodes: ['d'], groups: [] }, []],
  ])('%j', (selected, gathering, meant) => {
    expect(gather(NESTED, selected)).toEqual(gathering);
    expect(meantGroups(NESTED, selected)).toEqual(meant);
  });

  test('a group alone is not grouped once more', () => {
    expect(canGroup(gather(NESTED, ['a', 'b']))).toBe(false);
    expect(canGroup(gather(NESTED, []))).toBe(false);
    expect(canGroup(gather(NESTED, ['a']))).toBe(true);
    expect(canGroup({ nodes: [], groups: ['x', 'y'] })).toBe(true);
  });
});

describe('keys', () => {
  const nodes = ['a', 'b', 'c'].map(uuid => node(uuid));
  const open = () => {
    const editor = openEditor({ state: { nodes, edges: [], groups: { g: group(['a', 'b']) } } });
    editor.command.mockClear();
    return editor;
  };
  const press = (editor: ReturnType<typeof open>, key: string, shiftKey = false) =>
    editor.press({ key, ctrlKey: true, shiftKey });

  test('group all that is selected, whole groups as such', async () => {
    const editor = open();
    await press(editor, 'a');
    await press(editor, 'g');
    expect(editor.command.mock.calls).toEqual([['group_nodes', { nodes: ['c'], groups: ['g'] }]]);
  });

  test('ungroup what the selection means', async () => {
    const editor = open();
    await press(editor, 'a');
    await press(editor, 'G', true);
    expect(editor.command.mock.calls).toEqual([['ungroup', { group_id: 'g' }]]);
  });

  test('do nothing with nothing selected', async () => {
    const editor = open();
    await press(editor, 'g');
    await press(editor, 'G', true);
    expect(editor.command).not.toHaveBeenCalled();
  });
});

describe('a frame on the canvas', () => {
  const open = () => {
    const nodes = [node('a'), node('b', { pos: [300, 0] })];
    const editor = openEditor({ state: { nodes, edges: [], groups: { g: group(['a', 'b']) } } });
    editor.command.mockClear();
    return editor;
  };
  const title = (editor: ReturnType<typeof open>) =>
    editor.element.querySelector<HTMLElement>('.fn-group-title');

  test('that is selected goes alone with Delete', async () => {
    const editor = open();
    await act(async () => title(editor)?.click());
    expect(editor.find('fn-group')?.dataset.selected).toBe('true');
    await editor.press({ key: 'Delete' });
    expect(editor.command.mock.calls).toEqual([['ungroup', { group_id: 'g' }]]);
  });

  test('is renamed by F2', async () => {
    const editor = open();
    await act(async () => title(editor)?.click());
    await editor.press({ key: 'F2' });
    const field = editor.element.querySelector<HTMLInputElement>('.fn-group .fn-title-field');
    expect(field?.value).toBe('Group');
    await act(async () => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, ' Read ');
      field?.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await editor.press({ key: 'Enter' }, field);
    expect(editor.command.mock.calls).toEqual([['update_group', { group_id: 'g', name: 'Read' }]]);
  });

  test('is selected no more when it is gone, nor when a node is', async () => {
    const editor = open();
    await act(async () => title(editor)?.click());
    await editor.press({ key: 'a', ctrlKey: true });
    expect(editor.find('fn-group')?.dataset.selected).toBeUndefined();
    await act(async () => title(editor)?.click());
    act(() =>
      editor.store.getState().dispatch({
        type: 'event',
        event: { event: 'group_changed', data: { group_id: 'g', group: null } },
      }),
    );
    expect(editor.find('fn-group')).toBeNull();
    await editor.press({ key: 'Delete' });
    expect(editor.command).not.toHaveBeenCalled();
  });
});
