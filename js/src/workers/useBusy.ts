import { useState } from 'react';

/** Whether something that a form asked for goes on, and what says so while it does. */
export function useBusy(): readonly [boolean, (task: Promise<void> | void) => Promise<void>] {
  const [busy, setBusy] = useState(false);
  const during = async (task: Promise<void> | void): Promise<void> => {
    setBusy(true);
    try {
      await task;
    } finally {
      setBusy(false);
    }
  };
  return [busy, during];
}
