import { useCallback, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ManagerClient } from '../../client/manager';
import { Icon } from '../../renderers/Icon';
import { workerFacts, workerMark } from '../../workers/words';
import { WorkerMenu } from './WorkerMenu';

interface WorkerSelectProps {
  manager: ManagerClient;
  /** Which worker is shown; null while none is. */
  current: string | null;
  onSelect(uuid: string): void;
}

/** The shown worker and how it stands; opens the list of all. */
export function WorkerSelect({ manager, current, onSelect }: WorkerSelectProps): React.JSX.Element {
  const worker = useStore(manager.store, state => state.workers.find(record => record.uuid === current));
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setOpen(false), []);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="fn-worker"
        data-testid="fn-worker-select"
        aria-haspopup="menu"
        aria-expanded={open}
        title={worker ? workerFacts(worker) : 'Workers'}
        onClick={() => setOpen(!open)}
      >
        <span className="fn-dot" data-state={worker ? workerMark(worker) : 'stopped'} />
        <span className="fn-worker-name">{worker?.name ?? 'Worker'}</span>
        <Icon name="down" size={12} />
      </button>
      {open && (
        <WorkerMenu manager={manager} anchor={button} current={current} onSelect={onSelect} onClose={close} />
      )}
    </>
  );
}
