import { closeIcon, editIcon, type LabIcon, runIcon, stopIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import type { WorkerLifeState, WorkerRecord } from '../../client/manager';
import { CommandIds, ROW_ATTRIBUTE } from './commands';
import { NameField } from './name-field';

export interface WorkerRowProps {
  readonly worker: WorkerRecord;
  readonly isRenaming: boolean;
  /** Runs one of our commands for this worker. */
  run(command: string): void;
  rename(name: string): Promise<unknown>;
  endRenaming(): void;
}

const STATE_TEXT: Readonly<Record<WorkerLifeState, string>> = {
  stopped: 'stopped',
  starting: 'starting…',
  running: 'running',
  stopping: 'stopping…',
  crashed: 'crashed',
  foreign: 'other version',
};

/** One worker: its state, its name, and what can be done with it. */
export function WorkerRow({ worker, isRenaming, run, rename, endRenaming }: WorkerRowProps): ReactElement {
  const { uuid, name, state } = worker;
  return (
    <li
      className="jp-FuncNodes-worker"
      data-testid="fn-worker-row"
      data-worker-name={name}
      data-state={state}
      {...{ [ROW_ATTRIBUTE]: uuid }}
    >
      {isRenaming ? (
        <span className="jp-FuncNodes-open">
          <span className="jp-FuncNodes-dot" />
          <NameField name={name} rename={rename} done={endRenaming} />
        </span>
      ) : (
        <button
          type="button"
          className="jp-FuncNodes-open"
          data-testid="fn-worker-open"
          title={tooltip(worker)}
          disabled={state === 'foreign'}
          onClick={() => run(CommandIds.open)}
        >
          <span className="jp-FuncNodes-dot" />
          <span className="jp-FuncNodes-name">{name}</span>
          <span className="jp-FuncNodes-state">{STATE_TEXT[state]}</span>
        </button>
      )}
      {state !== 'foreign' && !isRenaming && (
        <span className="jp-FuncNodes-actions">
          <IconButton icon={editIcon} label="Rename" testId="rename" onClick={() => run(CommandIds.rename)} />
          {canStop(state) ? (
            <IconButton
              icon={stopIcon}
              label="Stop"
              testId="stop"
              disabled={state === 'stopping'}
              onClick={() => run(CommandIds.stop)}
            />
          ) : (
            <IconButton icon={runIcon} label="Start" testId="start" onClick={() => run(CommandIds.start)} />
          )}
          <IconButton
            icon={closeIcon}
            label="Delete"
            testId="delete"
            disabled={state === 'starting' || state === 'stopping'}
            onClick={() => run(CommandIds.remove)}
          />
        </span>
      )}
    </li>
  );
}

interface IconButtonProps {
  readonly icon: LabIcon;
  readonly label: string;
  readonly testId: string;
  readonly disabled?: boolean;
  onClick(): void;
}

function IconButton({ icon, label, testId, disabled, onClick }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      className="jp-FuncNodes-iconButton"
      title={label}
      aria-label={label}
      data-testid={`fn-worker-${testId}`}
      disabled={disabled}
      onClick={onClick}
    >
      <icon.react tag="span" stylesheet="menuItem" />
    </button>
  );
}

function canStop(state: WorkerLifeState): boolean {
  return state === 'running' || state === 'starting' || state === 'stopping';
}

function tooltip({ name, state, detail, cwd, pid }: WorkerRecord): string {
  return [
    `${name} – ${STATE_TEXT[state]}`,
    detail,
    `Working directory: ${cwd}`,
    pid === null ? '' : `Process: ${pid}`,
  ]
    .filter(Boolean)
    .join('\n');
}
