import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { type NotebookModel, outputsIn } from './notebook';
import { holdsGraph, readSavedGraph, type SavedGraph, withWorker } from './saved-graph';

type Output = IRenderMime.IMimeModel;

/**
 * Makes workers of saved graphs: one for all outputs of a notebook that hold the same graph. The notebook means the new
 * worker from then on, also when it is saved and opened again.
 */
export class Revivals {
  /** By the notebook, or by the output of none: which worker the graph of a worker that is gone was opened as. */
  readonly #opened = new WeakMap<object, Map<string, string>>();
  readonly #begun = new WeakMap<object, Map<string, Promise<string>>>();

  /**
   * @param notebookOf the notebook that an output belongs to
   * @param revive makes a worker of a saved graph, whose code is not trusted by that; returns its uuid
   */
  constructor(
    private readonly notebookOf: (output: Output) => NotebookModel | null,
    private readonly revive: (name: string, document: object) => Promise<string>,
  ) {}

  /** Makes a worker of the graph in an output; asked again meanwhile, in any cell, it makes no second one. */
  async open(output: Output, graph: SavedGraph, document: object): Promise<void> {
    const notebook = this.notebookOf(output);
    const begun = mapOf(this.#begun, notebook ?? output);
    const key = stateKey(graph);
    const worker = begun.get(key) ?? this.revive(graph.name, document);
    begun.set(key, worker);
    try {
      const uuid = await worker;
      mapOf(this.#opened, notebook ?? output).set(graphKey(graph), uuid);
      // One that holds another state of the graph keeps it: it would be lost with the next picture.
      for (const twin of notebook ? [...outputsIn(notebook)].filter(holdsGraph) : [output]) {
        const held = readSavedGraph(twin);
        if (held && stateKey(held) === key) mean(twin, uuid);
      }
    } finally {
      begun.delete(key);
    }
  }

  /** The worker that another state of this graph was opened as in the same notebook. */
  openedAs(output: Output, graph: SavedGraph): string | null {
    const opened = this.#opened.get(this.notebookOf(output) ?? output);
    return opened?.get(graphKey(graph)) ?? null;
  }

  /** Has an output show that worker from now on, in the place of what it holds. */
  show(output: Output, uuid: string): void {
    mean(output, uuid);
  }
}

function mean(output: Output, uuid: string): void {
  output.setData({ data: withWorker(output.data, uuid) });
}

function graphKey({ worker, name }: SavedGraph): string {
  return worker ?? name;
}

function stateKey(graph: SavedGraph): string {
  return JSON.stringify([graphKey(graph), graph.document]);
}

function mapOf<T>(maps: WeakMap<object, Map<string, T>>, key: object): Map<string, T> {
  const found = maps.get(key) ?? new Map<string, T>();
  maps.set(key, found);
  return found;
}
