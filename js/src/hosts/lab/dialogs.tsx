import { Dialog, showDialog } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import type { WorkerRecord } from '../../client/manager';
import { SettingsFields } from '../../workers/SettingsFields';
import { draftOf, type SettingsDraft } from '../../workers/settings';

/** Asks whether a worker is to be deleted. */
export async function askDelete({ name, state }: WorkerRecord): Promise<boolean> {
  const answer = await showDialog({
    title: 'Delete worker?',
    body: `“${name}” with its graph and files goes to the trash.${
      state === 'running' ? ' It is running and will be stopped.' : ''
    }`,
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Delete' })],
  });
  return answer.button.accept;
}

/** Asks whether a worker's archive is to hold its files; null when the person changed their mind. */
export async function askExport({ name }: WorkerRecord): Promise<boolean | null> {
  const answer = await showDialog({
    title: 'Export worker',
    body: `“${name}” as an archive, to keep or to give away.`,
    checkbox: { label: 'With its uploaded files', checked: true },
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: 'Export' })],
  });
  return answer.button.accept ? answer.isChecked : null;
}

/** Asks how a worker is to be kept; null when the person changed their mind. */
export async function askSettings(worker: WorkerRecord): Promise<SettingsDraft | null> {
  const answer = await showDialog({
    title: 'Worker settings',
    body: new SettingsBody(worker.name, draftOf(worker)),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: 'Save' })],
    focusNodeSelector: 'input',
  });
  return answer.button.accept ? answer.value : null;
}

/** Asks what a graph is to be called; null when the person changed their mind. */
export async function askGraphName(name: string, taken: ReadonlySet<string>): Promise<string | null> {
  const answer = await showDialog({
    title: 'Open as graph',
    body: new GraphNameBody(name, taken),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: 'Open' })],
    focusNodeSelector: 'input',
  });
  return answer.button.accept ? answer.value : null;
}

class GraphNameBody extends ReactWidget implements Dialog.IBodyWidget<string> {
  private name: string;

  constructor(
    private readonly proposed: string,
    private readonly taken: ReadonlySet<string>,
  ) {
    super();
    this.name = proposed;
    this.addClass('jp-FuncNodes-graphName');
  }

  getValue(): string {
    return this.name.trim() || this.proposed;
  }

  protected override render(): ReactElement {
    return (
      <label>
        Name
        <input
          className="jp-mod-styled"
          data-testid="fn-graph-name"
          value={this.name}
          placeholder={this.proposed}
          onFocus={event => event.currentTarget.select()}
          onChange={event => {
            this.name = event.currentTarget.value;
            this.update();
          }}
        />
        <small>
          {this.taken.has(this.getValue())
            ? 'There is a graph of that name: its cell is replaced by these.'
            : 'A worker of that name is started; it keeps the graph.'}
        </small>
      </label>
    );
  }
}

class SettingsBody extends ReactWidget implements Dialog.IBodyWidget<SettingsDraft> {
  constructor(
    private readonly name: string,
    private draft: SettingsDraft,
  ) {
    super();
  }

  getValue(): SettingsDraft {
    return this.draft;
  }

  protected override render(): ReactElement {
    return (
      <>
        <p className="jp-FuncNodes-dialogName">{this.name}</p>
        <SettingsFields
          draft={this.draft}
          fieldClass="jp-mod-styled"
          onChange={draft => {
            this.draft = draft;
            this.update();
          }}
        />
      </>
    );
  }
}
