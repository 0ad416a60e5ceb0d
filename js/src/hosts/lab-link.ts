// How an editor in a notebook's output finds JupyterLab. The two are separate bundles on one page and share nothing
// but the document: JupyterLab's plugin marks it and listens; the cell fires an event that bubbles up to it.

const OPEN_EVENT = 'funcnodes:open';

/** Which worker to open, as the event's detail. */
export interface OpenRequest {
  readonly uuid: string;
  readonly name: string;
}

/** Whether JupyterLab with our plugin is around. */
export function canOpenBeside(): boolean {
  return document.documentElement.dataset.funcnodesLab === '1';
}

/** Asks JupyterLab to open a worker beside the notebook that `from` is in. */
export function openBeside(from: HTMLElement, detail: OpenRequest): void {
  from.dispatchEvent(new CustomEvent<OpenRequest>(OPEN_EVENT, { bubbles: true, detail }));
}

/** JupyterLab's side: calls `open` on every such request. */
export function answerOpenBeside(open: (request: OpenRequest) => void): void {
  document.documentElement.dataset.funcnodesLab = '1';
  document.addEventListener(OPEN_EVENT, event => open((event as CustomEvent<OpenRequest>).detail));
}
