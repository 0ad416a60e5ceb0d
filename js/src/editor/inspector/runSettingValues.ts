/** What a typed text means, or why it means nothing. */
export type Reading<T> = { readonly value: T } | { readonly problem: string };

/** Seconds of a time limit; an empty text is none. */
export function readTimeout(text: string): Reading<number | null> {
  if (text.trim() === '') return { value: null };
  const seconds = Number(text);
  return Number.isFinite(seconds) && seconds > 0
    ? { value: seconds }
    : { problem: 'Seconds above 0, or empty.' };
}

/** A number of further tries; an empty text is none. */
export function readRetries(text: string): Reading<number> {
  const count = Number(text);
  return Number.isInteger(count) && count >= 0 ? { value: count } : { problem: 'A whole number from 0 on.' };
}
