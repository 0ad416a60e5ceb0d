import type { WorkerClient } from '../../client/worker';
import type { UiStore } from './ui';

/** How long a worker may take to answer an edit, a run or a stop. It does so at once, unless it cannot. */
export const SILENCE_MS = 3000;

/**
 * Waits for the answer to a wish. While none comes over an open connection the worker counts as silent: a function
 * that keeps Python's lock to itself holds up everything else in the process, and may not even be seen to run.
 */
export async function listenForSilence<T>(client: WorkerClient, ui: UiStore, answer: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    if (client.store.getState().connection === 'open') ui.setState({ silent: true });
  }, SILENCE_MS);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
    ui.setState({ silent: false });
  }
}
