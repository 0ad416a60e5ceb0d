const FIRST_MS = 250;
const LAST_MS = 10_000;

/**
 * Milliseconds to wait before try number `attempt` (from 0): doubled each time, up to ten seconds.
 * The jitter keeps all the editors of a server that comes back from knocking at once.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.min(LAST_MS, FIRST_MS * 2 ** attempt) * (0.5 + random() / 2);
}
