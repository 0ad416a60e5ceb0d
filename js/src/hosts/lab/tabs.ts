import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { type MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { DockLayout, Widget } from '@lumino/widgets';

/** A tab that shows something of one worker. */
export type WorkerTab = MainAreaWidget<Widget & { readonly uuid: string }>;

/** The tabs of one kind in JupyterLab's main area: one a worker. */
export class WorkerTabs<T extends WorkerTab> {
  readonly #tracker: WidgetTracker<T>;

  /** @param create makes a tab; it calls `changed` when the tab shows another worker from then on */
  constructor(
    private readonly app: JupyterFrontEnd,
    namespace: string,
    private readonly create: (uuid: string, changed: (tab: T) => void) => T,
  ) {
    this.#tracker = new WidgetTracker<T>({ namespace });
  }

  /** The tab that was used last. */
  get current(): T | null {
    return this.#tracker.currentWidget;
  }

  /** Reopens the tabs of the last visit with the command `command`, which takes the worker's `uuid`. */
  restoreWith(restorer: ILayoutRestorer, command: string): void {
    void restorer.restore(this.#tracker, {
      command,
      args: tab => ({ uuid: tab.content.uuid }),
      name: tab => tab.content.uuid,
    });
  }

  /** Shows a worker, in the tab that it already has or in a new one. */
  open(uuid: string, mode: DockLayout.InsertMode): T {
    const existing = this.#tracker.find(tab => tab.content.uuid === uuid);
    const tab = existing ?? this.#add(uuid, mode);
    this.app.shell.activateById(tab.id);
    return tab;
  }

  /** Closes the tabs of a worker that is no more. */
  close(uuid: string): void {
    this.#tracker.filter(tab => tab.content.uuid === uuid).forEach(tab => void tab.dispose());
  }

  #add(uuid: string, mode: DockLayout.InsertMode): T {
    const tab = this.create(uuid, changed => void this.#tracker.save(changed));
    // The reference is the tab that the person is in, such as the notebook with the cell.
    this.app.shell.add(tab, 'main', { mode, ref: this.app.shell.currentWidget?.id ?? null });
    void this.#tracker.add(tab);
    return tab;
  }
}
