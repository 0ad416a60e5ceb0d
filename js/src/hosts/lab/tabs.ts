import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { DockLayout } from '@lumino/widgets';
import type { ManagerClient } from '../../client/manager';
import { createEditorTab, type EditorTab } from './editor-tab';

/** The editors in JupyterLab's main area: one tab a worker, and they come back after a reload. */
export class EditorTabs {
  readonly #tracker = new WidgetTracker<EditorTab>({ namespace: 'funcnodes' });

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly manager: ManagerClient,
  ) {}

  /** Reopens the tabs of the last visit with the command `command`, which takes the worker's `uuid`. */
  restoreWith(restorer: ILayoutRestorer, command: string): void {
    void restorer.restore(this.#tracker, {
      command,
      args: tab => ({ uuid: tab.content.uuid }),
      name: tab => tab.content.uuid,
    });
  }

  /** Shows a worker, in the tab that it already has or in a new one. */
  open(uuid: string, mode: DockLayout.InsertMode = 'tab-after'): EditorTab {
    const existing = this.#tracker.find(tab => tab.content.uuid === uuid);
    const tab = existing ?? this.#add(uuid, mode);
    this.app.shell.activateById(tab.id);
    return tab;
  }

  /** Closes the tabs of a worker that is no more. */
  close(uuid: string): void {
    this.#tracker.filter(tab => tab.content.uuid === uuid).forEach(tab => void tab.dispose());
  }

  #add(uuid: string, mode: DockLayout.InsertMode): EditorTab {
    const tab = createEditorTab(this.manager, uuid);
    tab.content.workerChanged.connect(() => void this.#tracker.save(tab));
    // The reference is the tab that the person is in, such as the notebook with the cell.
    this.app.shell.add(tab, 'main', { mode, ref: this.app.shell.currentWidget?.id ?? null });
    void this.#tracker.add(tab);
    return tab;
  }
}
