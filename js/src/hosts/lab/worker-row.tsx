import { ellipsesIcon, type LabIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import type { WorkerRecord, WorkerUsage } from '../../client/manager';
import { WORKER_VERBS, type WorkerVerb } from '../../workers/verbs';
import {
  crashOf,
  environmentWords,
  formatUsage,
  USAGE_FACTS,
  workerFacts,
  workerMark,
  workerWords,
} from '../../workers/words';
import { ROW_ATTRIBUTE } from './commands';
import { VERB_ICONS } from './icons';
import { NameField } from './name-field';

export interface WorkerRowProps {
  readonly worker: WorkerRecord;
  /** What it uses, where that is known. */
  readonly usage: WorkerUsage | undefined;
  readonly isRenaming: boolean;
  run(verb: WorkerVerb): void;
  openMenu(button: HTMLElement): void;
  rename(name: string): Promise<unknown>;
  endRenaming(): void;
}

/** What stands in the row itself, the first that fits; the menu has them all. */
const QUICK_VERBS = ['start', 'stop'] as const satisfies readonly WorkerVerb[];

/** One worker: how it stands, what it uses, why it crashed, and what can be done with it. */
export function WorkerRow(props: WorkerRowProps): ReactElement {
  const { worker, usage, isRenaming, run, openMenu, rename, endRenaming } = props;
  const { uuid, name, state } = worker;
  const quick = QUICK_VERBS.find(verb => WORKER_VERBS[verb].fits(worker));
  const told = (
    <span className="jp-FuncNodes-told">
      <span className="jp-FuncNodes-words" data-testid="fn-worker-words">
        {workerWords(worker)}
      </span>
      {environmentWords(worker) && (
        <span className="jp-FuncNodes-packages" data-testid="fn-worker-packages">
          {environmentWords(worker)}
        </span>
      )}
      {state === 'running' && usage && (
        <span className="jp-FuncNodes-usage" data-testid="fn-worker-usage" title={USAGE_FACTS}>
          {formatUsage(usage)}
        </span>
      )}
    </span>
  );
  return (
    <li
      className="jp-FuncNodes-worker"
      data-testid="fn-worker-row"
      data-worker-name={name}
      data-state={state}
      data-mark={workerMark(worker)}
      {...{ [ROW_ATTRIBUTE]: uuid }}
    >
      {isRenaming ? (
        <div className="jp-FuncNodes-open">
          <span className="jp-FuncNodes-dot" />
          <NameField name={name} rename={rename} done={endRenaming} />
          {told}
        </div>
      ) : (
        <button
          type="button"
          className="jp-FuncNodes-open"
          data-testid="fn-worker-open"
          title={workerFacts(worker)}
          disabled={state === 'foreign'}
          onClick={() => run('open')}
        >
          <span className="jp-FuncNodes-dot" />
          <span className="jp-FuncNodes-name">{name}</span>
          {told}
        </button>
      )}
      <CrashReason worker={worker} />
      {state !== 'foreign' && !isRenaming && (
        <span className="jp-FuncNodes-actions">
          {quick && (
            <IconButton
              icon={VERB_ICONS[quick]}
              label={`${WORKER_VERBS[quick].label} ${name}`}
              testId={quick}
              onPress={() => run(quick)}
            />
          )}
          <IconButton
            icon={ellipsesIcon}
            label={`More for ${name}`}
            testId="more"
            hasMenu
            onPress={openMenu}
          />
        </span>
      )}
    </li>
  );
}

/** Why a worker crashed and what comes next; the last lines that it printed unfold. */
function CrashReason({ worker }: { worker: WorkerRecord }): ReactElement | null {
  const crash = crashOf(worker);
  if (!crash) return null;
  const line = [crash.reason, crash.next].filter(Boolean).join('; ');
  if (!crash.log) {
    return (
      <p className="jp-FuncNodes-crash" data-testid="fn-worker-crash">
        {line}
      </p>
    );
  }
  return (
    <details className="jp-FuncNodes-crash" data-testid="fn-worker-crash">
      <summary title="The last lines that it printed">{line}</summary>
      <pre>{crash.log}</pre>
    </details>
  );
}

interface IconButtonProps {
  readonly icon: LabIcon;
  readonly label: string;
  readonly testId: string;
  readonly hasMenu?: boolean;
  onPress(button: HTMLElement): void;
}

function IconButton({ icon, label, testId, hasMenu, onPress }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      className="jp-FuncNodes-iconButton"
      title={label}
      aria-label={label}
      aria-haspopup={hasMenu ? 'menu' : undefined}
      data-testid={`fn-worker-${testId}`}
      onClick={event => onPress(event.currentTarget)}
    >
      <icon.react tag="span" stylesheet="menuItem" />
    </button>
  );
}
