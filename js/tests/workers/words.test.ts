import { describe, expect, it, test } from 'vitest';
import type { WorkerRecord } from '../../src/client/manager';
import { crashOf, formatUsage, workerFacts, workerMark, workerWords } from '../../src/workers/words';
import { worker } from '../samples';

test.each<[Partial<WorkerRecord>, string, string]>([
  [{ activity: 'idle' }, 'running · idle', 'running'],
  [{ activity: 'busy' }, 'running · busy', 'busy'],
  [{ activity: 'frozen' }, 'does not answer', 'frozen'],
  [{ activity: '' }, 'running', 'running'],
  [{ state: 'starting', activity: 'busy' }, 'starting…', 'starting'],
  [{ state: 'crashed' }, 'crashed', 'crashed'],
  [{ state: 'foreign' }, 'other version', 'foreign'],
])('%j', (changes, words, mark) => {
  expect(workerWords(worker('w', changes))).toBe(words);
  expect(workerMark(worker('w', changes))).toBe(mark);
});

test('the tooltip says all that is known', () => {
  expect(workerFacts(worker('demo', { activity: 'idle', pid: 7 }))).toBe(
    'demo: running · idle\nWorking directory: /home\nProcess: 7',
  );
});

describe('a crash', () => {
  const crash = (detail: string) => crashOf(worker('w', { state: 'crashed', detail }));

  it('that is mended by itself', () => {
    expect(crash('killed by signal 9 (SIGKILL); starts again in 0.5 s\nlast\nlines')).toEqual({
      reason: 'killed by signal 9 (SIGKILL)',
      next: 'starts again in 0.5 s',
      comesBack: true,
      log: 'last\nlines',
    });
  });

  it('that happened too often', () => {
    expect(crash('ended with exit code 3; stays down after 5 restarts within 10 minutes')).toMatchObject({
      reason: 'ended with exit code 3',
      next: 'stays down after 5 restarts within 10 minutes',
      comesBack: false,
    });
  });

  it('of which nothing more is known', () => {
    expect(crash('not ready after 10 s; odd')).toMatchObject({
      reason: 'not ready after 10 s; odd',
      next: '',
    });
  });

  it('is none while the worker runs', () => {
    expect(crashOf(worker('w', { detail: 'killed; starts again in 1 s' }))).toBeNull();
  });
});

test.each([
  [0, 0, '0 % · 0 MB'],
  [0.124, 85_400_000, '12 % · 85 MB'],
  [1.5, 999_400_000, '150 % · 999 MB'],
  [12, 1_240_000_000, '1200 % · 1.2 GB'],
  [0, 999_600_000, '0 % · 1.0 GB'],
])('%d processors and %d bytes', (cpu, memory, text) => {
  expect(formatUsage({ cpu, memory })).toBe(text);
});
