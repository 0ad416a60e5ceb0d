import { useState } from 'react';
import { useStore } from 'zustand';
import { MenuItem } from '../../renderers/Menu';
import { NewWorkerDialog } from '../../workers/NewWorkerDialog';
import { WORKER_VERBS } from '../../workers/verbs';
import { workerFacts } from '../../workers/words';
import type { EditorHost } from '../host';
import { sayError } from '../state/commands';
import { ImportItem } from '../toolbar/ImportItem';
import { NameField } from '../toolbar/NameField';
import { WorkerLine } from '../toolbar/WorkerLine';

/** No worker is chosen yet: make one, or take one of those that are there. */
export function NoWorker({
  host,
  onSelect,
}: {
  host: EditorHost;
  onSelect(uuid: string): void;
}): React.JSX.Element {
  const { manager } = host;
  const workers = useStore(manager.store, state => state.workers);
  const connection = useStore(manager.store, state => state.connection);
  const [problem, setProblem] = useState('');
  const [choosing, setChoosing] = useState(false);

  const attempt = async (action: () => Promise<string>): Promise<void> => {
    setProblem('');
    try {
      onSelect(await action());
    } catch (error) {
      setProblem(sayError(error));
    }
  };

  return (
    <div className="fn-noworker" data-testid="fn-no-worker">
      <div className="fn-noworker-card">
        <h1>Open a worker</h1>
        <p className="fn-quiet">A worker is a process of its own that keeps a graph and runs it.</p>
        {host.missing && (
          <p className="fn-menu-problem" role="alert">
            There is no worker called “{host.missing}”.
          </p>
        )}
        <NameField
          label="New worker"
          action="Create"
          name={host.missing}
          onName={name => attempt(async () => (await manager.create(name || undefined)).uuid)}
        />
        <MenuItem
          icon="package"
          title="Choose which packages the new worker sees"
          onChoose={() => setChoosing(true)}
        >
          With packages of its own…
        </MenuItem>
        <ImportItem manager={manager} onImport={making => attempt(async () => (await making()).uuid)} />
        {workers.length > 0 && (
          <section>
            <h3 className="fn-head">Your workers</h3>
            {workers.map(worker => (
              <button
                key={worker.uuid}
                type="button"
                className="fn-menu-item fn-worker-item"
                data-testid="fn-worker-item"
                title={workerFacts(worker)}
                disabled={!WORKER_VERBS.open.fits(worker)}
                onClick={() =>
                  void attempt(async () => {
                    if (WORKER_VERBS.start.fits(worker)) await manager.start(worker.uuid);
                    return worker.uuid;
                  })
                }
              >
                <WorkerLine worker={worker} />
              </button>
            ))}
          </section>
        )}
        {choosing && (
          <NewWorkerDialog
            manager={manager}
            name={host.missing}
            onMade={onSelect}
            onClose={() => setChoosing(false)}
          />
        )}
        {connection !== 'open' && <p className="fn-quiet">Looking for the Workermanager…</p>}
        {problem && (
          <p className="fn-menu-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </div>
  );
}
