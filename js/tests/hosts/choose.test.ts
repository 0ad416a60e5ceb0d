import { describe, expect, it } from 'vitest';
import type { WorkerLifeState, WorkerRecord } from '../../src/client/manager';
import { addressOf, chooseWorker } from '../../src/hosts/choose';
import { worker as sample } from '../samples';

function worker(uuid: string, state: WorkerLifeState, name = uuid, created = '2024-01-01'): WorkerRecord {
  return sample(uuid, { state, name, created });
}

describe('chooseWorker', () => {
  const [stopped, running, other] = [
    worker('s', 'stopped', 'old', '2024-05-01'),
    worker('r', 'running', 'demo'),
    worker('o', 'running', 'twin'),
  ];
  const all = [stopped, running, other, worker('t', 'stopped', 'twin')];

  const cases: [string, WorkerRecord[], string | null, string | null, string | null][] = [
    ['none', [], null, null, null],
    ['the one asked for by uuid', all, 's', 'r', 's'],
    ['the one asked for by name', all, 'old', 'r', 's'],
    ['nobody, when the name is not clear', all, 'twin', 'r', null],
    ['nobody, when the one asked for is not there', all, 'lost', 'r', null],
    ['the last one, if it runs', all, null, 'o', 'o'],
    ['a running one before the last one', all, null, 's', 'r'],
    ['the last one, if none runs', [stopped, worker('u', 'crashed')], null, 'u', 'u'],
    ['the newest, if none runs', [worker('u', 'crashed'), stopped], null, null, 's'],
    ['never a foreign one', [worker('f', 'foreign')], null, 'f', null],
  ];

  it.each(cases)('%s', (_name, workers, asked, last, expected) => {
    expect(chooseWorker(workers, asked, last)).toBe(expected);
  });
});

it('the address says the name where it is enough', () => {
  const workers = [
    worker('a', 'running', 'one'),
    worker('b', 'running', 'two'),
    worker('c', 'stopped', 'two'),
  ];
  expect(workers.map(record => addressOf(workers, record))).toEqual(['one', 'b', 'c']);
});
