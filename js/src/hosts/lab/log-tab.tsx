import { MainAreaWidget } from '@jupyterlab/apputils';
import { listIcon, ReactWidget } from '@jupyterlab/ui-components';
import { UUID } from '@lumino/coreutils';
import type { ReactElement } from 'react';
import type { ManagerClient } from '../../client/manager';
import { WorkerLog } from '../../workers/WorkerLog';

/** What a worker has printed, as the content of a tab in JupyterLab's main area. */
class LogContent extends ReactWidget {
  readonly #unsubscribe: () => void;

  constructor(
    private readonly manager: ManagerClient,
    readonly uuid: string,
  ) {
    super();
    this.addClass('jp-FuncNodes-log');
    this.title.icon = listIcon;
    this.title.closable = true;
    this.#writeTitle();
    this.#unsubscribe = manager.store.subscribe(() => this.#writeTitle());
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#unsubscribe();
    super.dispose();
  }

  protected override render(): ReactElement {
    return <WorkerLog manager={this.manager} uuid={this.uuid} />;
  }

  protected override onActivateRequest(): void {
    this.node.querySelector<HTMLElement>('[role="log"]')?.focus();
  }

  #writeTitle(): void {
    const worker = this.manager.store.getState().workers.find(record => record.uuid === this.uuid);
    if (!worker) return;
    this.title.label = `Log of ${worker.name}`;
    this.title.caption = `What the FuncNodes worker “${worker.name}” has printed`;
  }
}

export type LogTab = MainAreaWidget<LogContent>;

export function createLogTab(manager: ManagerClient, uuid: string): LogTab {
  const tab = new MainAreaWidget({ content: new LogContent(manager, uuid) });
  tab.toolbar.hide();
  tab.id = `funcnodes-log-${UUID.uuid4()}`;
  return tab;
}
