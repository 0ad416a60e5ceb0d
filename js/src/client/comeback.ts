import type { StoreApi } from 'zustand/vanilla';
import type { WorkerClient } from './worker';

/** How soon a worker that is gone is asked for again while the Workermanager says that it runs. */
export const ASK_AGAIN_MS = 1000;

/**
 * Connects `client` again when its worker, which was gone, runs. Either side may know first, so both are watched.
 * @param manager what `isRunning` is read from
 * @returns ends it
 */
export function bringBack<S>(
  client: WorkerClient,
  manager: StoreApi<S>,
  isRunning: (state: S) => boolean,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tryNow = (): void => {
    clearTimeout(timer);
    const isGone = client.store.getState().connection === 'gone';
    if (isGone && isRunning(manager.getState())) client.reconnect();
  };
  const stopWatchingManager = manager.subscribe((state, previous) => {
    if (isRunning(state) && !isRunning(previous)) tryNow();
  });
  const stopWatchingClient = client.store.subscribe((state, previous) => {
    if (state.connection === previous.connection || state.connection !== 'gone') return;
    clearTimeout(timer);
    timer = setTimeout(tryNow, ASK_AGAIN_MS);
  });
  return () => {
    clearTimeout(timer);
    stopWatchingManager();
    stopWatchingClient();
  };
}
