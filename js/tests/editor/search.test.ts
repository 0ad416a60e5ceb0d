import { expect, test } from 'vitest';
import { libraryItems, librarySections } from '../../src/editor/library/items';
import { searchLibrary } from '../../src/editor/library/search';
import type { LibraryInfo, NodeClassInfo, PackInfo } from '../../src/protocol/types.gen';

function nodeClass(node_id: string, node_name: string, description: string, kind = 'number'): NodeClassInfo {
  return {
    node_id,
    node_name,
    description,
    inputs: [],
    outputs: [{ id: 'out', name: 'out', kind, description: '' }],
  };
}

const LIBRARY: LibraryInfo = {
  packs: [],
  shelves: [
    {
      name: 'Data',
      description: '',
      pack: '',
      nodes: [
        nodeClass('zz.read', 'Read CSV', 'A table from a file.', 'table'),
        nodeClass('zz.filter', 'Filter rows', 'Keeps the rows for which a column passes a test.', 'table'),
      ],
      subshelves: [
        {
          name: 'Statistics',
          description: '',
          pack: '',
          nodes: [nodeClass('zz.mean', 'Mean', 'The average.')],
          subshelves: [],
        },
      ],
    },
    {
      name: 'Plot',
      description: '',
      pack: '',
      nodes: [nodeClass('zz.hist', 'Histogram', 'How values of a table spread.', 'figure')],
      subshelves: [],
    },
  ],
};

const items = libraryItems(LIBRARY);
const names = (typed: string): string[] => searchLibrary(items, typed).map(item => item.name);

test('shelves inside shelves become sections of their own', () => {
  expect(librarySections(items).map(({ title, items: found }) => [title, found.length])).toEqual([
    ['Data', 2],
    ['Data · Statistics', 1],
    ['Plot', 1],
  ]);
});

test('a node bears the kind of what it makes', () => {
  expect(items.map(item => item.kind)).toEqual(['table', 'table', 'number', 'figure']);
});

test('names count before descriptions, ids not at all', () => {
  expect(names('histo')).toEqual(['Histogram']);
  expect(names('table')).toEqual(expect.arrayContaining(['Read CSV', 'Histogram']));
  expect(names('average')).toEqual(['Mean']);
  expect(names('zz')).toEqual([]);
});

test('nothing typed shows everything', () => {
  expect(names(' ')).toHaveLength(4);
});

test('two nodes of one name are told apart by their packs', () => {
  const shelf = (pack: string, node_id: string) => ({
    name: 'Greetings',
    description: '',
    pack,
    nodes: [nodeClass(node_id, 'Greet', ''), nodeClass(`${pack}.own`, `Only ${pack}`, '')],
    subshelves: [],
  });
  const found = libraryItems({
    packs: [],
    shelves: [shelf('apack', 'x.greet'), shelf('zpack', 'zpack:x.greet')],
  });
  expect(found.map(({ nodeId, pack, twin }) => [nodeId, pack, twin])).toEqual([
    ['x.greet', 'apack', true],
    ['apack.own', 'apack', false],
    ['zpack:x.greet', 'zpack', true],
    ['zpack.own', 'zpack', false],
  ]);
  expect(searchLibrary(found, 'zpack').map(item => item.nodeId)).toContain('zpack:x.greet');
  const pack = { name: 'apack', version: '1.2' } as PackInfo;
  expect(librarySections(found, [pack]).map(section => [section.title, section.pack])).toEqual([
    ['Greetings', 'apack 1.2'],
    ['Greetings', 'zpack'],
  ]);
});
