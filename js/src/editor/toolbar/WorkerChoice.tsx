import { useRef } from 'react';
import { useStore } from 'zustand';
import type { ManagerClient, WorkerRecord, WorkerUsage } from '../../client/manager';
import { Icon } from '../../renderers/Icon';
import { useUsage } from '../../workers/useUsage';
import { WORKER_VERBS } from '../../workers/verbs';
import { workerFacts } from '../../workers/words';
import { WorkerLine } from './WorkerLine';

interface WorkerChoiceProps {
  manager: ManagerClient;
  current: string | null;
  onSelect(uuid: string): void;
}

/** All workers, to choose one. */
export function WorkerChoice({ manager, current, onSelect }: WorkerChoiceProps): React.JSX.Element {
  const workers = useStore(manager.store, state => state.workers);
  const list = useRef<HTMLDivElement>(null);
  const usage = useUsage(manager, list);
  return (
    <div ref={list} className="fn-worker-list">
      {workers.map(worker => (
        <WorkerItem
          key={worker.uuid}
          worker={worker}
          usage={usage[worker.uuid]}
          current={worker.uuid === current}
          onChoose={() => onSelect(worker.uuid)}
        />
      ))}
    </div>
  );
}

interface WorkerItemProps {
  worker: WorkerRecord;
  usage: WorkerUsage | undefined;
  current: boolean;
  onChoose(): void;
}

function WorkerItem({ worker, usage, current, onChoose }: WorkerItemProps): React.JSX.Element {
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={current}
      className="fn-menu-item fn-worker-item"
      data-testid="fn-worker-item"
      title={workerFacts(worker)}
      disabled={!current && !WORKER_VERBS.open.fits(worker)}
      onClick={onChoose}
    >
      <WorkerLine worker={worker} usage={usage} />
      {current && <Icon name="check" size={14} />}
    </button>
  );
}
