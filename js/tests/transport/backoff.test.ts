import { expect, it } from 'vitest';
import { backoff } from '../../src/transport/backoff';

it('doubles up to ten seconds', () => {
  const waits = [0, 1, 2, 3, 20].map(attempt => backoff(attempt, () => 1));
  expect(waits).toEqual([250, 500, 1000, 2000, 10_000]);
});

it('scatters by up to a half', () => {
  expect(backoff(2, () => 0)).toBe(500);
});
