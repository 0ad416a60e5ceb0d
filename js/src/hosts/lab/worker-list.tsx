import type { CommandRegistry } from '@lumino/commands';
import { type ReactElement, useRef } from 'react';
import { useStore } from 'zustand';
import type { ManagerClient } from '../../client/manager';
import { useUsage } from '../../workers/useUsage';
import { CREATE, commandOf } from './commands';
import { openWorkerMenu } from './menus';
import type { Renaming } from './renaming';
import { WorkerRow } from './worker-row';

export interface WorkerListProps {
  readonly manager: ManagerClient;
  readonly commands: CommandRegistry;
  readonly renaming: Renaming;
}

/** All workers with their states, and what to do when there are none. */
export function WorkerList({ manager, commands, renaming }: WorkerListProps): ReactElement {
  const { workers, connection } = useStore(manager.store);
  const renamed = useStore(renaming.store, state => state.uuid);
  const list = useRef<HTMLUListElement>(null);
  const usage = useUsage(manager, list);
  return (
    <>
      {connection === 'lost' && (
        <p className="jp-FuncNodes-notice" role="status">
          No answer from the FuncNodes server extension; trying again.
        </p>
      )}
      {connection === 'open' && workers.length === 0 && (
        <div className="jp-FuncNodes-empty">
          <p>No workers yet. A worker is a process that runs a graph.</p>
          <button
            type="button"
            className="jp-Button jp-mod-styled jp-mod-accept"
            onClick={() => void commands.execute(CREATE)}
          >
            New worker
          </button>
        </div>
      )}
      <ul ref={list} className="jp-FuncNodes-list">
        {workers.map(worker => (
          <WorkerRow
            key={worker.uuid}
            worker={worker}
            usage={usage[worker.uuid]}
            isRenaming={worker.uuid === renamed}
            run={verb => void commands.execute(commandOf(verb), { uuid: worker.uuid })}
            openMenu={button => openWorkerMenu(commands, worker.uuid, button)}
            rename={name => manager.rename(worker.uuid, name)}
            endRenaming={() => renaming.end()}
          />
        ))}
      </ul>
    </>
  );
}
