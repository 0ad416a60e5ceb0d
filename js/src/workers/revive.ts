import type { ManagerClient } from '../client/manager';
import type { WorkerClient } from '../client/worker';

/**
 * Makes a worker that holds a graph in its saved form. Code in it does not run before a person trusts it.
 * @param name what it is to be called; it gets another name when that one is taken
 * @returns the worker's uuid
 */
export async function reviveGraph(manager: ManagerClient, name: string, document: object): Promise<string> {
  const taken = manager.store.getState().workers.some(worker => worker.name === name);
  const { uuid } = await manager.create(taken ? undefined : name);
  const client = manager.connectWorker(uuid);
  try {
    await connected(client);
    await client.command('load_data', { data: document, trusted: false });
  } catch (error) {
    // Nobody asked for an empty one.
    await manager.remove(uuid);
    throw error;
  } finally {
    client.dispose();
  }
  return uuid;
}

/** Fulfilled when commands can be given; rejects when the worker ended. */
function connected({ store }: WorkerClient): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const { connection } = store.getState();
      if (connection !== 'open' && connection !== 'gone') return;
      unsubscribe();
      if (connection === 'open') resolve();
      else reject(new Error('The new worker ended before it had the graph; its log says why.'));
    };
    const unsubscribe = store.subscribe(look);
    look();
  });
}
