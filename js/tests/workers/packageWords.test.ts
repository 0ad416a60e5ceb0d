import { describe, expect, it } from 'vitest';
import type { MissingPackage, PackageWish, WorkerPackages } from '../../src/client/packages';
import { isBare, nameIn, requirementOf } from '../../src/workers/packages/requirement';
import { changesInWords, missingSentence, newestOf, verbOf, wishFor } from '../../src/workers/packages/words';

describe('what is typed', () => {
  it.each([
    ['numpy', 'numpy', true],
    ['  numpy ', 'numpy', true],
    ['numpy>=2', 'numpy', false],
    ['pandas[excel]', 'pandas', true],
    ['pandas[excel]>2', 'pandas', false],
    ['scikit-learn', 'scikit-learn', true],
    ['scikit-', 'scikit', false],
    ['-r file', '', false],
    ['', '', false],
  ])('%j names %j', (text, name, bare) => {
    expect(nameIn(text)).toBe(name);
    expect(isBare(text)).toBe(bare);
  });

  it('takes the chosen version, unless it says one itself', () => {
    expect(requirementOf(' numpy ', '2.1')).toBe('numpy==2.1');
    expect(requirementOf('pandas[excel]', '2.0')).toBe('pandas[excel]==2.0');
    expect(requirementOf('numpy>=2', '2.1')).toBe('numpy>=2');
    expect(requirementOf('numpy', '')).toBe('numpy');
  });
});

function missing(name: string, nodes: number, modules: string[] = []): MissingPackage {
  return { name, requirement: name, nodes, modules };
}

it.each([
  [[missing('numpy', 3)], '3 nodes wait for a package that is not installed: numpy.'],
  [[missing('numpy', 1)], '1 node waits for a package that is not installed: numpy.'],
  [
    [missing('numpy', 1), missing('', 1, ['cv2'])],
    '2 nodes wait for packages that are not installed: numpy and cv2.',
  ],
  [[missing('numpy', 0)], 'A package is not installed: numpy.'],
  [
    ['a', 'b', 'c', 'd', 'e', 'f'].map(name => missing(name, 1)),
    '6 nodes wait for packages that are not installed: a, b, c, d and 2 more.',
  ],
])('what is missing is said in a sentence %#', (packages, sentence) => {
  expect(missingSentence(packages)).toBe(sentence);
});

it.each<[PackageWish, string]>([
  [{ add: ['a'] }, 'Install'],
  [{ upgrade: ['a'] }, 'Upgrade'],
  [{ add: ['a'], upgrade: ['a'] }, 'Upgrade'],
  [{ remove: ['a'] }, 'Remove'],
  [{ restore: true }, 'Restore'],
])('a plan is agreed to by a word that says what it does %#', (wish, verb) => {
  expect(verbOf(wish)).toBe(verb);
});

it('what changes is counted by kinds', () => {
  const changes = [
    { name: 'a', from: null, to: '1' },
    { name: 'b', from: null, to: '1' },
    { name: 'c', from: '1', to: '2' },
    { name: 'd', from: '1', to: null },
  ];
  expect(changesInWords(changes)).toBe('2 new, 1 other version, 1 removed');
});

it('the newest of all can be had of one package, not of all', () => {
  expect(newestOf({ upgrade: ['a'] })).toEqual({ add: ['a'], upgrade: ['a'] });
  for (const wish of [{ upgrade: ['*'] }, { upgrade: ['a', 'b'] }, { add: ['a'], upgrade: ['a'] }])
    expect(newestOf(wish)).toBeNull();
});

describe('what is missing is asked for', () => {
  const wish = (missing: MissingPackage[], restorable = false) =>
    wishFor({ missing, restorable } as unknown as WorkerPackages);

  it('exactly as the lock names it, where there is one', () => {
    expect(wish([missing('top', 1), missing('low', 0)], true)).toEqual({ restore: true });
  });

  it('as far as nodes wait for it: what they need in turn comes by itself', () => {
    expect(wish([missing('top', 1), missing('low', 0)])).toEqual({ add: ['top'] });
    expect(wish([missing('low', 0)])).toEqual({ add: ['low'] });
  });

  it('not at all when nobody knows which package it is', () => {
    expect(wish([{ name: '', requirement: '', modules: ['cv2'], nodes: 1 }])).toBeNull();
  });
});
