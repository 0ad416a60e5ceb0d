import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

// Of a notebook's widget, what is used here. JupyterLab's own package for it would bring its editors along.

export interface NotebookCell extends Widget {
  readonly model: {
    readonly type: string;
    readonly sharedModel: { getSource(): string };
  };
}

export interface Notebook extends Widget {
  readonly widgets: readonly NotebookCell[];
  readonly activeCell: NotebookCell | null;
  activeCellIndex: number;
  isSelectedOrActive(cell: NotebookCell): boolean;
  deselectAll(): void;
}

export interface NotebookPanel extends Widget {
  readonly content: Notebook;
  readonly context: NotebookContext & {
    readonly path: string;
    readonly model: {
      readonly readOnly: boolean;
      readonly sharedModel: {
        insertCell(index: number, cell: { cell_type: 'code'; source: string; metadata: object }): unknown;
      };
    };
  };
  readonly sessionContext: { readonly session: { readonly kernel: Kernel | null } | null };
}

export interface NotebookContext {
  readonly model: NotebookModel & {
    readonly isDisposed: boolean;
    /** Whether there is something to be saved. */
    dirty: boolean;
  };
  /** Tells `started`, then `completed` (or `completed manually`) or `failed`. */
  readonly saveState: ISignal<unknown, string>;
}

export interface NotebookModel {
  /** All of them, also those that JupyterLab has not drawn. */
  readonly cells: Iterable<{ readonly outputs?: Outputs }>;
}

interface Outputs {
  readonly length: number;
  get(index: number): OutputModel;
}

/** An output; what renders it is given this very object. */
export interface OutputModel extends IRenderMime.IMimeModel {
  /** The output as it is saved, its `data` without a copy. */
  toJSON(): { readonly data?: unknown };
}

export interface Kernel {
  requestExecute(content: KernelRequest): { readonly done: Promise<{ readonly content: KernelReply }> };
}

interface KernelRequest {
  code: string;
  silent: boolean;
  store_history: boolean;
}

interface KernelReply {
  readonly status: string;
  /** Of an error, what it says. */
  readonly evalue?: string;
}

/** The notebook that the person is in. */
export function currentNotebook({ shell }: JupyterFrontEnd): NotebookPanel | null {
  return isNotebook(shell.currentWidget) ? shell.currentWidget : null;
}

/** Whether any notebook is open. */
export function hasNotebook(app: JupyterFrontEnd): boolean {
  return notebooks(app).length > 0;
}

/** The notebook that an output belongs to, wherever it is drawn; null for one of a console. */
export function notebookOf(app: JupyterFrontEnd, output: IRenderMime.IMimeModel): NotebookModel | null {
  const models = notebooks(app).map(({ context }) => context.model);
  return models.find(model => [...outputsIn(model)].some(other => other === output)) ?? null;
}

/** Every output of a notebook, in order. */
export function* outputsIn({ cells }: NotebookModel): Iterable<OutputModel> {
  for (const { outputs } of cells) {
    for (let index = 0; index < (outputs?.length ?? 0); index++) yield outputs?.get(index) as OutputModel;
  }
}

/** The cells that are selected, or the active one. */
export function selectedCells({ content }: NotebookPanel): readonly NotebookCell[] {
  return content.widgets.filter(cell => content.isSelectedOrActive(cell));
}

/** Puts a cell of code into the current notebook and runs it. */
export async function runNewCell(
  { commands }: JupyterFrontEnd,
  { content, context }: NotebookPanel,
  index: number,
  source: string,
): Promise<void> {
  // The person asked for it, so what it shows is to be trusted like what they typed.
  context.model.sharedModel.insertCell(index, { cell_type: 'code', source, metadata: { trusted: true } });
  content.deselectAll();
  content.activeCellIndex = index;
  await commands.execute('notebook:run-cell');
}

function notebooks({ shell }: JupyterFrontEnd): NotebookPanel[] {
  return [...shell.widgets('main')].filter(isNotebook);
}

function isNotebook(widget: Widget | null): widget is NotebookPanel {
  return widget?.hasClass('jp-NotebookPanel') ?? false;
}
