import type { ManagerClient } from '../client/manager';

/** What the place where the editor is shown offers. */
export interface EditorHost {
  /** In a notebook cell: canvas first, no side panels until asked for. */
  compact: boolean;
  manager: ManagerClient;
  /** Which worker the client is for, so that one that does not run can be named and started. */
  worker?: string;
  /** The name of a worker that was asked for and is not there. */
  missing?: string;
  /** Opens the same worker in a window of its own; the button is there only when this is. */
  openBeside?(uuid: string): void;
  /** Puts a cell of this text below the active one of a notebook; the button is there only when this is. */
  exportToCell?(text: string): void;
  /** The person picked another worker. */
  onSelectWorker?(uuid: string): void;
}
