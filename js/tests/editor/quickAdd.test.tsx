import { fireEvent } from '@testing-library/react';
import { act } from 'react';
import { expect, test } from 'vitest';
import type { LibraryInfo } from '../../src/protocol/types.gen';
import { node } from '../samples';
import { openEditor, prepareEditor } from './editor';

prepareEditor();

const LIBRARY: LibraryInfo = {
  packs: [],
  shelves: [
    {
      name: 'Code',
      description: '',
      pack: '',
      subshelves: [],
      nodes: [{ node_id: 'basic.code', node_name: 'Code', description: '', inputs: [], outputs: [] }],
    },
  ],
};

async function openQuickAdd(typed: string) {
  const editor = openEditor({ answer: () => node('n1') });
  await editor.press({ key: '/' });
  const field = editor.find('fn-quick-search') as HTMLInputElement;
  act(() => void fireEvent.change(field, { target: { value: typed } }));
  const enter = () => act(async () => void fireEvent.keyDown(field, { key: 'Enter' }));
  const libraryComes = () =>
    act(async () => editor.store.getState().dispatch({ type: 'library', library: LIBRARY }));
  const added = () => editor.command.mock.calls.filter(([name]) => name === 'add_node');
  return { ...editor, field, enter, libraryComes, added };
}

test('Enter that comes before the library adds the node when the library comes', async () => {
  const { element, enter, libraryComes, added } = await openQuickAdd('code');
  expect(element.querySelector('.fn-quick')?.textContent).toContain('until the worker answers');
  await enter();
  expect(added()).toEqual([]);
  await libraryComes();
  expect(added()).toEqual([['add_node', expect.objectContaining({ node_id: 'basic.code' })]]);
  expect(element.querySelector('.fn-quick')).toBeNull();
});

test('who types on after that has not decided yet', async () => {
  const { field, enter, libraryComes, added } = await openQuickAdd('cod');
  await enter();
  act(() => void fireEvent.change(field, { target: { value: 'code' } }));
  await libraryComes();
  expect(added()).toEqual([]);
});

test('a word that no node answers to is named', async () => {
  const { element, enter, libraryComes } = await openQuickAdd('zebra');
  await libraryComes();
  await enter();
  expect(element.querySelector('.fn-quick')?.textContent).toContain('No node answers to “zebra”.');
});
