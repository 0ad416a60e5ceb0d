import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ManagerClient, WorkerRecord } from '../../client/manager';
import { type NotebookContext, type OutputModel, outputsIn } from './notebook';
import { holdsGraph, readSavedGraph, withPicture } from './saved-graph';

/**
 * Keeps in open notebooks what the server knows of their graphs. When it saves a notebook it puts the newest pictures and
 * graphs into the file, and the open notebook follows; when a worker is deleted, its last ones come into the notebook.
 */
export function renewGraphs({ docRegistry }: JupyterFrontEnd, manager: ManagerClient): void {
  docRegistry.addWidgetExtension('Notebook', {
    createNew: (_, context) => new Renewal(context as unknown as NotebookContext, manager),
  });
}

/** Of one notebook, until it is closed. */
class Renewal {
  isDisposed = false;
  readonly #forget: () => void;

  constructor(
    private readonly context: NotebookContext,
    private readonly manager: ManagerClient,
  ) {
    context.saveState.connect(this.#onSaveState, this);
    this.#forget = manager.store.subscribe(({ workers }, before) => {
      if (workers === before.workers) return;
      const gone = before.workers.filter(({ uuid }) => !workers.some(worker => worker.uuid === uuid));
      if (gone.length > 0) void renew(context, manager, gone, false);
    });
  }

  dispose(): void {
    this.isDisposed = true;
    this.context.saveState.disconnect(this.#onSaveState, this);
    this.#forget();
  }

  #onSaveState(_: unknown, state: string): void {
    // The file has it already, so that there is nothing to be saved.
    if (!state.startsWith('completed')) return;
    void renew(this.context, this.manager, this.manager.store.getState().workers, true);
  }
}

/** Puts the newest pictures of these workers' graphs into the outputs that show them. */
async function renew(
  { model }: NotebookContext,
  manager: ManagerClient,
  workers: readonly WorkerRecord[],
  isSaved: boolean,
): Promise<void> {
  // An output may name anything: nothing is asked for but what the server has told of.
  const named = new Set([...outputsIn(model)].map(workerIn));
  for (const { uuid } of workers.filter(worker => named.has(worker.uuid))) {
    const picture = await manager.picture(uuid).catch(() => null); // what is there stays
    if (!picture || model.isDisposed) continue;
    const wasDirty = model.dirty;
    // The person may have gone on meanwhile: what counts are the outputs that there are now.
    for (const output of outputsIn(model)) {
      const data = workerIn(output) === uuid ? withPicture(output.data, picture) : null;
      if (data) output.setData({ data });
    }
    if (isSaved && !wasDirty) model.dirty = false;
  }
}

function workerIn(output: OutputModel): string | null {
  return holdsGraph(output) ? (readSavedGraph(output)?.worker ?? null) : null;
}
