import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import type { ManagerClient, WorkerRecord } from '../../client/manager';
import type { CellEditor, CellHost } from '../cell-editor';
import { reported } from './reported';
import type { Revivals } from './revivals';
import {
  GRAPH_MIMETYPE,
  NO_GRAPH,
  readSavedGraph,
  type SavedGraph,
  withHeight,
  workerOf,
} from './saved-graph';
import { type Offer, showPicture } from './saved-picture';

/** Before the widget in the same output (-10), which needs a kernel that still knows it. */
const RANK = -20;

/** What can be done around an output. */
export interface OutputPlace extends CellHost {
  /** Asks the person whether the notebook is to be trusted. */
  trustNotebook(): void;
  /** Makes workers of saved graphs. */
  readonly revivals: Revivals;
}

/** Has JupyterLab show outputs that hold a graph with the editor, or with the graph's picture. */
export function addGraphOutputs(
  rendermime: IRenderMimeRegistry,
  manager: ManagerClient,
  place: OutputPlace,
): void {
  rendermime.addFactory(
    {
      // What is not trusted is shown as an image, in which nothing runs.
      safe: true,
      mimeTypes: [GRAPH_MIMETYPE],
      createRenderer: () => new GraphOutput(manager, place),
    },
    RANK,
  );
}

/**
 * An output that holds a graph. It shows the editor when the graph's worker runs on this server, whatever became of the
 * kernel; else the picture that was saved, and how to come to more.
 */
export class GraphOutput extends Widget implements IRenderMime.IRenderer {
  #model: IRenderMime.IMimeModel | null = null;
  #graph: SavedGraph | null = null;
  /** The worker that is shown in the editor, or whose editor is on its way. */
  #shown: string | null = null;
  #editor: CellEditor | null = null;
  /** What the picture and its line say; empty where they are not shown. */
  #said = '';
  readonly #unsubscribe: () => void;

  constructor(
    private readonly manager: ManagerClient,
    private readonly place: OutputPlace,
  ) {
    super();
    this.addClass('jp-FuncNodes-output');
    this.#unsubscribe = manager.store.subscribe(() => this.#decide());
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.#model = model;
    this.#graph = readSavedGraph(model);
    this.#decide();
    this.#editor?.refreshHeight();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#unsubscribe();
    this.#closeEditor();
    super.dispose();
  }

  /** Shows what fits the output and what is known of its worker by now. */
  #decide(): void {
    if (this.isDisposed || !this.#model) return;
    const graph = this.#graph;
    const { workers, connection } = this.manager.store.getState();
    const worker = graph && workerOf(graph, workers);
    if (worker && this.#isToBeEdited(graph, worker)) this.#showEditor(worker.uuid);
    else if (!graph) this.#showPicture(NO_GRAPH, 'This output holds no graph that can be read.', []);
    else if (connection === 'open' || !graph.trusted)
      this.#showPicture(graph, ...this.#offers(graph, worker));
    // Until the list of workers is there, nobody knows; what is shown already stays.
    else if (this.#shown === null) this.#showPicture(graph, '', []);
  }

  /** A worker that stopped while its editor was shown keeps it: there it is started again, with its graph in view. */
  #isToBeEdited(graph: SavedGraph, worker: WorkerRecord): boolean {
    const isWanted = this.#shown === worker.uuid || graph.svg === null || worker.state !== 'stopped';
    return graph.trusted && isWanted;
  }

  /** Why only a picture is shown, and what can be done about it. */
  #offers(graph: SavedGraph, worker: WorkerRecord | null): [string, Offer[]] {
    if (!graph.trusted) {
      const run = (): void => this.place.trustNotebook();
      return ['Saved picture: this notebook is not trusted.', [{ label: 'Trust Notebook…', run }]];
    }
    if (worker) {
      const run = (): Promise<unknown> =>
        reported(`“${worker.name}” could not be started`, () => this.manager.start(worker.uuid));
      return [`Saved picture: “${worker.name}” is not running.`, [{ label: 'Start', run }]];
    }
    const other = this.#openedElsewhere(graph);
    const reason = other
      ? `Saved picture: another state of “${graph.name}” is open as “${other.name}”.`
      : `Saved picture: there is no worker of “${graph.name}” on this server.`;
    const offers = [this.#offerOther(other), this.#offerToOpen(graph)];
    return [reason, offers.filter(offer => offer !== null)];
  }

  /** The worker of another cell in which an earlier or later state of this graph was opened. */
  #openedElsewhere(graph: SavedGraph): WorkerRecord | null {
    const uuid = this.#model && this.place.revivals.openedAs(this.#model, graph);
    return this.manager.store.getState().workers.find(worker => worker.uuid === uuid) ?? null;
  }

  #offerOther(other: WorkerRecord | null): Offer | null {
    return (
      other && {
        label: 'Show It Here',
        run: () => this.#change(model => this.place.revivals.show(model, other.uuid)),
      }
    );
  }

  #offerToOpen(graph: SavedGraph): Offer | null {
    const { document, name } = graph;
    if (document === null) return null;
    const open = (): Promise<void> => this.#change(model => this.place.revivals.open(model, graph, document));
    return { label: 'Open This Graph', run: () => reported(`“${name}” could not be opened`, open) };
  }

  /** Shows what was made of the output. */
  async #change(change: (model: IRenderMime.IMimeModel) => unknown): Promise<void> {
    if (!this.#model) return;
    await change(this.#model);
    await this.renderModel(this.#model);
  }

  #showPicture(graph: SavedGraph, reason: string, offers: readonly Offer[]): void {
    this.#closeEditor();
    // The list of workers changes often, and a button that is pressed must not be taken away.
    const said = JSON.stringify([graph.svg, graph.height, reason, offers.map(({ label }) => label)]);
    if (said === this.#said) return;
    this.#said = said;
    showPicture(this.node, graph, reason, offers);
  }

  #showEditor(uuid: string): void {
    if (this.#shown === uuid) return;
    this.#closeEditor();
    this.#shown = uuid;
    void this.#loadEditor(uuid);
  }

  /** The editor's code comes with the first graph, not with JupyterLab; the picture stays until it is there. */
  async #loadEditor(uuid: string): Promise<void> {
    const { openCellEditor } = await import('../cell-editor');
    if (this.isDisposed || this.#shown !== uuid) return;
    const height = {
      get: () => this.#graph?.height ?? NO_GRAPH.height,
      set: (pixels: number) => this.#keepHeight(pixels),
    };
    this.#said = '';
    this.#editor = openCellEditor(this.node, this.manager, height, this.place);
    this.#editor.show(uuid);
  }

  #keepHeight(pixels: number): void {
    if (!this.#model || !this.#graph) return;
    this.#graph = { ...this.#graph, height: pixels };
    this.#model.setData({ metadata: withHeight(this.#model.metadata, pixels) });
  }

  #closeEditor(): void {
    this.#editor?.dispose();
    this.#editor = null;
    this.#shown = null;
  }
}
