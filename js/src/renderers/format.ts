/** A duration in seconds as a person reads it: `<1 ms`, `14 ms`, `1.2 s`, `2 min 5 s`, `1 h 4 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.001) return '<1 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joinUnits(Math.floor(whole / 60), 'min', whole % 60, 's');
  return joinUnits(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
}

function joinUnits(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major} ${majorUnit}` : `${major} ${majorUnit} ${minor} ${minorUnit}`;
}

/** A shape as `344 × 8`; empty for a scalar or an unknown shape. */
export function formatShape(shape: readonly number[] | null | undefined): string {
  if (!shape || shape.length === 0) return '';
  return shape.map(formatCount).join(' × ');
}

/** A count with thousands separated: `10,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A fraction 0…1 as a whole percentage: `62 %`. */
export function formatPercent(fraction: number): string {
  return `${Math.round(Math.min(1, Math.max(0, fraction)) * 100)} %`;
}

/** Which rows of a table are on screen: `1–8 of 344`, `no rows`. */
export function formatRowRange(offset: number, shown: number, total: number): string {
  if (total === 0) return 'no rows';
  if (shown >= total && offset === 0) return total === 1 ? '1 row' : `${formatCount(total)} rows`;
  return `${formatCount(offset + 1)}–${formatCount(offset + shown)} of ${formatCount(total)}`;
}

/** `1 node`, `3 nodes`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
