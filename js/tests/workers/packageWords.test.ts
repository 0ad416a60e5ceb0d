import { describe, expect, it } from 'vitest';
import type { MissingPackage, PackageWish, WorkerPackages } from '../../src/client/packages';
import { isBare, nameIn, requirementOf } from '../../src/workers/packages/requirement';
import {
  changesInWords,
  missingSentence,
  newestOf,
  restartWords,
  vainSentence,
  verbOf,
  wishFor,
} from '../../src/workers/packages/words';

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
  return { name, requirement: name, nodes, modules, reason: '' };
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

it('nodes that are not known are told, with the packages that may have them', () => {
  const one = [{ node_id: 'gone.shout', nodes: 1 }];
  const two = [...one, { node_id: 'gone.other', nodes: 1 }];
  expect(missingSentence([], one)).toBe(
    '1 node is not known here: gone.shout. The file does not say which package has it: choose “Packages…” to add it.',
  );
  expect(missingSentence([missing('gone', 0)], two)).toBe(
    'A package is not installed: gone. 2 nodes are not known here, and may be of it: gone.shout and gone.other.',
  );
  // a module that is not there is no package that may have them
  expect(missingSentence([missing('', 1, ['cv2'])], one)).toContain('The file does not say');
  expect(missingSentence([], [])).toBe('');
});

it('why packages could not be had is said in a sentence', () => {
  const a = { ...missing('a', 1), reason: 'a was not found' };
  const b = { ...missing('b', 1), reason: 'no matching distribution' };
  expect(vainSentence([a, missing('c', 1)])).toBe('Not to be had: a was not found.');
  expect(vainSentence([b, a])).toBe('Not to be had: b: no matching distribution, and 1 more.');
  expect(vainSentence([missing('c', 1)])).toBe('');
});

it('what is old is named where it is known', () => {
  const packages = { outdated: ['a', 'b'] } as unknown as WorkerPackages;
  expect(restartWords(packages)).toBe('The worker still runs with the old a and b.');
  expect(restartWords({ ...packages, outdated: [] })).toBe('The worker runs with what was there before.');
});

it('a plan that is not for all says so on its button', () => {
  const unavailable = [{ name: 'a', requirement: 'a', reason: '' }];
  expect(verbOf({ restore: true }, { unavailable })).toBe('Restore the others');
  expect(verbOf({ add: ['a', 'b'], partly: true }, { unavailable })).toBe('Install the others');
  // what was left out here was asked for some other time
  expect(verbOf({ add: ['b'] }, { unavailable })).toBe('Install');
});

it.each<[PackageWish, string]>([
  [{ add: ['a'] }, 'Install'],
  [{ upgrade: ['a'] }, 'Upgrade'],
  [{ add: ['a'], upgrade: ['a'] }, 'Upgrade'],
  [{ remove: ['a'] }, 'Remove'],
  [{ restore: true }, 'Restore'],
])('a plan is agreed to by a word that says what it does %#', (wish, verb) => {
  expect(verbOf(wish, { unavailable: [] })).toBe(verb);
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
    expect(wish([missing('top', 1), missing('low', 0)])).toEqual({ add: ['top'], partly: true });
    expect(wish([missing('low', 0)])).toEqual({ add: ['low'], partly: true });
  });

  it('not at all when nobody knows which package it is', () => {
    expect(wish([missing('', 1, ['cv2'])])).toBeNull();
  });
});
