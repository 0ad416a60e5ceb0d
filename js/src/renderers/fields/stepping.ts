/** The number one step on, within `min` and `max`, as a text; null when the text is no number. */
export function stepped(text: string, direction: 1 | -1, options: Record<string, unknown>): string | null {
  const current = Number(text);
  if (text.trim() === '' || !Number.isFinite(current)) return null;
  const step = finite(options.step) ?? 1;
  const low = finite(options.min) ?? Number.NEGATIVE_INFINITY;
  const high = finite(options.max) ?? Number.POSITIVE_INFINITY;
  const next = Math.min(high, Math.max(low, current + direction * step));
  return next.toFixed(Math.max(decimals(text), decimals(String(step))));
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function decimals(text: string): number {
  return /\.(\d+)$/.exec(text.trim())?.[1]?.length ?? 0;
}
