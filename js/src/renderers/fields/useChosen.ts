import { useEffect, useState } from 'react';
import type { ValueInfo } from '../../protocol/types.gen';

const LONGEST_WAIT_MS = 1500;

interface Chosen {
  /** What to show: the choice on its way, else the value itself. */
  value: unknown;
  choose(value: unknown): void;
}

/** Shows a choice at once and until the worker's value comes; when none comes, the held value again. */
export function useChosen(held: ValueInfo | null, onValue: (value: unknown) => void): Chosen {
  const [pending, setPending] = useState<{ instead: ValueInfo | null; value: unknown } | null>(null);

  useEffect(() => {
    if (!pending) return;
    const timer = setTimeout(() => setPending(null), LONGEST_WAIT_MS);
    return () => clearTimeout(timer);
  }, [pending]);

  const waiting = pending !== null && pending.instead === held;
  return {
    value: waiting ? pending.value : held?.value,
    choose: value => {
      setPending({ instead: held, value });
      onValue(value);
    },
  };
}
