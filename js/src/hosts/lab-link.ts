// How an editor in a notebook's output finds JupyterLab. The two are separate bundles on one page and share nothing
// but the document: JupyterLab's plugin marks it and listens; the cell fires an event that bubbles up to it.

const OPEN_EVENT = 'funcnodes:open';
const CELL_EVENT = 'funcnodes:export-to-cell';

/** Which worker to open, as the event's detail. */
export interface OpenRequest {
  readonly uuid: string;
  readonly name: string;
}

/** What JupyterLab does for an editor in a notebook. */
export interface LabAnswers {
  /** Opens a worker beside the notebook. */
  open(request: OpenRequest): void;
  /** Puts a cell with this text below the active one. */
  insertCell(text: string): void;
}

/** Whether JupyterLab with our plugin is around. */
export function hasLab(): boolean {
  return document.documentElement.dataset.funcnodesLab === '1';
}

/** Asks JupyterLab to open a worker beside the notebook that `from` is in. */
export function openBeside(from: HTMLElement, detail: OpenRequest): void {
  from.dispatchEvent(new CustomEvent<OpenRequest>(OPEN_EVENT, { bubbles: true, detail }));
}

/** Asks JupyterLab for a cell of this text below the one that `from` is in. */
export function insertCell(from: HTMLElement, detail: string): void {
  from.dispatchEvent(new CustomEvent<string>(CELL_EVENT, { bubbles: true, detail }));
}

/** JupyterLab's side: answers every such request. */
export function answerCells({ open, insertCell: insert }: LabAnswers): void {
  document.documentElement.dataset.funcnodesLab = '1';
  document.addEventListener(OPEN_EVENT, event => open((event as CustomEvent<OpenRequest>).detail));
  document.addEventListener(CELL_EVENT, event => insert((event as CustomEvent<string>).detail));
}
