import { useState } from 'react';
import { useStore } from 'zustand';
import type { ManagerClient, WorkerRecord } from '../../client/manager';
import { Icon } from '../../renderers/Icon';
import { Menu, MenuItem, MenuSeparator } from '../../renderers/Menu';
import { sayError } from '../state/commands';
import { ExportForm } from './ExportForm';
import { ImportItem } from './ImportItem';
import { NameField } from './NameField';
import { saveFile } from './saveFile';
import { canStart, workerWord } from './workerWords';

interface WorkerMenuProps {
  manager: ManagerClient;
  anchor: React.RefObject<HTMLElement | null>;
  current: string | null;
  onSelect(uuid: string): void;
  onClose(): void;
}

type Page = 'list' | 'new' | 'rename' | 'export' | 'delete';

/** All workers to choose from, a new one, and what can be done with the one that is shown. */
export function WorkerMenu({
  manager,
  anchor,
  current,
  onSelect,
  onClose,
}: WorkerMenuProps): React.JSX.Element {
  const workers = useStore(manager.store, state => state.workers);
  const worker = workers.find(record => record.uuid === current);
  const [page, setPage] = useState<Page>('list');
  const [problem, setProblem] = useState('');

  const attempt = async (action: () => Promise<unknown>): Promise<void> => {
    setProblem('');
    try {
      await action();
      onClose();
    } catch (error) {
      setProblem(sayError(error));
    }
  };
  const create = (name: string): Promise<void> =>
    attempt(async () => onSelect((await manager.create(name || undefined)).uuid));

  return (
    <Menu anchor={anchor} label="Workers" className="fn-worker-menu" onClose={onClose}>
      {page === 'new' ? (
        <NameField label="New worker" action="Create" onName={create} />
      ) : page === 'rename' && worker ? (
        <NameField
          label="Rename worker"
          action="Rename"
          name={worker.name}
          onName={name => attempt(() => manager.rename(worker.uuid, name))}
        />
      ) : page === 'export' && worker ? (
        <ExportForm
          name={worker.name}
          onExport={files =>
            attempt(async () =>
              saveFile(await manager.exportWorker(worker.uuid, files), `${worker.name}.fnw`),
            )
          }
        />
      ) : page === 'delete' && worker ? (
        <DeleteQuestion
          worker={worker}
          onCancel={() => setPage('list')}
          onDelete={() => void attempt(() => manager.remove(worker.uuid))}
        />
      ) : (
        <>
          <div className="fn-worker-list">
            {workers.map(record => (
              <WorkerItem
                key={record.uuid}
                worker={record}
                current={record.uuid === current}
                onChoose={() => {
                  onClose();
                  if (record.uuid !== current) onSelect(record.uuid);
                }}
              />
            ))}
          </div>
          <MenuSeparator />
          <MenuItem icon="plus" onChoose={() => setPage('new')}>
            New worker…
          </MenuItem>
          <ImportItem
            manager={manager}
            onImport={making => attempt(async () => onSelect((await making()).uuid))}
          />
          {worker && <WorkerActions worker={worker} manager={manager} attempt={attempt} onPage={setPage} />}
        </>
      )}
      {problem && (
        <p className="fn-menu-problem" role="alert">
          {problem}
        </p>
      )}
    </Menu>
  );
}

interface WorkerActionsProps {
  worker: WorkerRecord;
  manager: ManagerClient;
  attempt(action: () => Promise<unknown>): Promise<void>;
  onPage(page: Page): void;
}

function WorkerActions({ worker, manager, attempt, onPage }: WorkerActionsProps): React.JSX.Element {
  const startable = canStart(worker);
  const running = worker.state === 'running';
  return (
    <>
      <MenuSeparator />
      {startable && (
        <MenuItem icon="play" onChoose={() => void attempt(() => manager.start(worker.uuid))}>
          Start {worker.name}
        </MenuItem>
      )}
      {running && (
        <>
          <MenuItem icon="reset" onChoose={() => void attempt(() => manager.restart(worker.uuid))}>
            Restart {worker.name}
          </MenuItem>
          <MenuItem icon="power" onChoose={() => void attempt(() => manager.stop(worker.uuid))}>
            Stop {worker.name}
          </MenuItem>
        </>
      )}
      <MenuItem icon="rename" onChoose={() => onPage('rename')}>
        Rename…
      </MenuItem>
      <MenuItem icon="download" onChoose={() => onPage('export')}>
        Export…
      </MenuItem>
      <MenuItem icon="trash" onChoose={() => onPage('delete')}>
        Delete…
      </MenuItem>
    </>
  );
}

interface WorkerItemProps {
  worker: WorkerRecord;
  current: boolean;
  onChoose(): void;
}

function WorkerItem({ worker, current, onChoose }: WorkerItemProps): React.JSX.Element {
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={current}
      className="fn-menu-item"
      data-testid="fn-worker-item"
      title={worker.detail || worker.cwd}
      onClick={onChoose}
    >
      <span className="fn-dot" data-state={worker.state} />
      <span className="fn-menu-label">{worker.name}</span>
      <span className="fn-menu-hint">{workerWord(worker)}</span>
      {current && <Icon name="check" size={14} />}
    </button>
  );
}

interface DeleteQuestionProps {
  worker: WorkerRecord;
  onCancel(): void;
  onDelete(): void;
}

function DeleteQuestion({ worker, onCancel, onDelete }: DeleteQuestionProps): React.JSX.Element {
  return (
    <div className="fn-menu-form">
      <p>
        Delete <b>{worker.name}</b>? Its graph and its files go to the trash.
      </p>
      <div className="fn-form-end">
        <button type="button" role="menuitem" className="fn-button" onClick={onCancel}>
          Cancel
        </button>
        <button type="button" role="menuitem" className="fn-button fn-danger" onClick={onDelete}>
          Delete
        </button>
      </div>
    </div>
  );
}
