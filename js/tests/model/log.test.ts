import { describe, expect, test } from 'vitest';
import { countLines, KEPT_LINES, withLines } from '../../src/model/log';
import type { LogLine } from '../../src/protocol/types.gen';

function lines(from: number, to: number): LogLine[] {
  return Array.from({ length: to - from }, (_, index) => ({ text: `line ${from + index}` }));
}

function texts(log: { lines: LogLine[] }): string[] {
  return log.lines.map(line => line.text);
}

describe('withLines', () => {
  test('new lines are added', () => {
    const log = withLines(withLines(undefined, { first: 0, lines: lines(0, 2) }), {
      first: 2,
      lines: lines(2, 3),
    });
    expect(log).toEqual({ first: 0, lines: lines(0, 3) });
  });

  test('what was held from that number on is void', () => {
    const log = withLines({ first: 0, lines: lines(0, 5) }, { first: 2, lines: [{ text: 'anew' }] });
    expect(texts(log)).toEqual(['line 0', 'line 1', 'anew']);
  });

  test('0 begins anew', () => {
    const log = withLines({ first: 40, lines: lines(40, 45) }, { first: 0, lines: lines(0, 1) });
    expect(log).toEqual({ first: 0, lines: lines(0, 1) });
  });

  test('lines that were never seen leave no false neighbours', () => {
    const log = withLines({ first: 0, lines: lines(0, 3) }, { first: 100, lines: lines(100, 102) });
    expect(log).toEqual({ first: 100, lines: lines(100, 102) });
  });

  test('only the newest are kept, and the others are counted', () => {
    const log = withLines({ first: 0, lines: lines(0, 150) }, { first: 150, lines: lines(150, 300) });
    expect(log.lines).toHaveLength(KEPT_LINES);
    expect(log.first).toBe(100);
    expect(texts(log)[0]).toBe('line 100');
    expect(countLines(log)).toBe(300);
  });
});
