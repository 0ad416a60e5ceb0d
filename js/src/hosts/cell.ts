import type { AnyModel } from '@anywidget/types';

/** What the kernel's side of the widget says; synced traits. */
export type CellTraits = {
  /** Base URL of the kernel's Jupyter server, as a path: `/` or `/user/x/`. */
  base_path: string;
  worker_id: string;
  /** Height of the editor in pixels. */
  height: number;
};

/** What the loader hands to the editor's bundle. */
export interface Cell {
  readonly model: AnyModel<CellTraits>;
  readonly el: HTMLElement;
  /** Absolute base URL of the Jupyter server, with a slash at its end. */
  readonly baseUrl: string;
}

/** What the editor's bundle exports. */
export interface CellBundle {
  renderInCell(cell: Cell): () => void;
}
