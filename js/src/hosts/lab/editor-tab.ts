import { MainAreaWidget } from '@jupyterlab/apputils';
import { UUID } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import type { ManagerClient } from '../../client/manager';
import { workerFacts } from '../../workers/words';
import type { Workspace } from '../workspace';
import { funcnodesIcon } from './icons';

/** The editor as the content of a tab in JupyterLab's main area. */
export class EditorContent extends Widget {
  /** Fulfilled when the editor's code is there; it is loaded with the first tab, not with JupyterLab. */
  readonly ready: Promise<void>;
  #uuid: string;
  #workspace: Workspace | null = null;
  readonly #unsubscribe: () => void;
  readonly #workerChanged = new Signal<this, string>(this);

  constructor(
    private readonly manager: ManagerClient,
    uuid: string,
    private readonly insertCell: (text: string) => void,
  ) {
    super();
    this.#uuid = uuid;
    this.addClass('jp-FuncNodes-editor');
    this.title.icon = funcnodesIcon;
    this.title.closable = true;
    this.#writeTitle();
    this.#unsubscribe = manager.store.subscribe(() => this.#writeTitle());
    this.ready = this.#load();
  }

  /** Which worker is shown. */
  get uuid(): string {
    return this.#uuid;
  }

  /** The person picked another worker in this tab. */
  get workerChanged(): ISignal<this, string> {
    return this.#workerChanged;
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#unsubscribe();
    this.#workspace?.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  protected override onActivateRequest(): void {
    this.node.querySelector<HTMLElement>('.fn-editor')?.focus();
  }

  async #load(): Promise<void> {
    const { openWorkspace } = await import('../workspace');
    if (this.isDisposed) return;
    this.#workspace = openWorkspace(this.node, {
      compact: false,
      manager: this.manager,
      onSelectWorker: uuid => this.#select(uuid),
      exportToCell: this.insertCell,
    });
    this.#workspace.show(this.#uuid);
  }

  #select(uuid: string): void {
    this.#uuid = uuid;
    this.#writeTitle();
    this.#workspace?.show(uuid);
    this.#workspace?.focus();
    this.#workerChanged.emit(uuid);
  }

  #writeTitle(): void {
    const worker = this.manager.store.getState().workers.find(record => record.uuid === this.#uuid);
    if (worker) {
      this.title.label = worker.name;
      this.title.caption = `FuncNodes worker\n${workerFacts(worker)}`;
    } else if (!this.title.label) {
      this.title.label = 'FuncNodes';
    }
  }
}

export type EditorTab = MainAreaWidget<EditorContent>;

/**
 * @param changed hears of it when the person picks another worker in the tab
 * @param insertCell puts a cell of this text into a notebook
 */
export function createEditorTab(
  manager: ManagerClient,
  uuid: string,
  changed: (tab: EditorTab) => void,
  insertCell: (text: string) => void,
): EditorTab {
  const content = new EditorContent(manager, uuid, insertCell);
  const tab = new MainAreaWidget({ content, reveal: content.ready });
  // The editor has a bar of its own; an empty one above it is a strip of nothing.
  tab.toolbar.hide();
  tab.id = `funcnodes-editor-${UUID.uuid4()}`;
  content.workerChanged.connect(() => changed(tab));
  return tab;
}
