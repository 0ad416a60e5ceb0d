import { Fragment, useState } from 'react';
import { useStore } from 'zustand';
import type { ManagerClient, WorkerRecord } from '../../client/manager';
import type { IconName } from '../../renderers/Icon';
import { Menu, MenuItem, MenuSeparator } from '../../renderers/Menu';
import { doVerb, fittingVerbs, type PlaceVerbs, WORKER_VERBS, type WorkerVerb } from '../../workers/verbs';
import { useEditor } from '../context';
import { sayError } from '../state/commands';
import type { AskedInDialog } from '../state/ui';
import { ImportItem } from './ImportItem';
import { WorkerChoice } from './WorkerChoice';
import { type FormVerb, WorkerForm } from './WorkerForm';

interface WorkerMenuProps {
  manager: ManagerClient;
  anchor: React.RefObject<HTMLElement | null>;
  current: string | null;
  onSelect(uuid: string): void;
  onClose(): void;
}

/** The list, or what is asked before something is done. */
type Page = 'list' | FormVerb;

const ICONS: Readonly<Record<WorkerVerb, IconName>> = {
  open: 'beside',
  start: 'play',
  cancel: 'close',
  interrupt: 'stop',
  restart: 'reset',
  stop: 'power',
  rename: 'rename',
  duplicate: 'copy',
  settings: 'sliders',
  packages: 'package',
  export: 'download',
  log: 'lines',
  delete: 'trash',
};

/** All workers to choose from, a new one, and what can be done with the one that is shown. */
export function WorkerMenu(props: WorkerMenuProps): React.JSX.Element {
  const { manager, anchor, current, onSelect, onClose } = props;
  const { ui } = useEditor();
  const worker = useStore(manager.store, state => state.workers.find(record => record.uuid === current));
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
  const select = (uuid: string): void => {
    onClose();
    if (uuid !== current) onSelect(uuid);
  };
  const ask = (dialog: AskedInDialog): void => {
    onClose();
    ui.setState({ dialog });
  };
  const place: PlaceVerbs = {
    open: ({ uuid }) => select(uuid),
    rename: () => setPage('rename'),
    duplicate: () => setPage('duplicate'),
    settings: () => setPage('settings'),
    packages: ({ uuid }) => ask({ about: 'packages', worker: uuid }),
    export: () => setPage('export'),
    log: () => {
      onClose();
      ui.setState({ workerLog: true });
    },
    delete: () => setPage('delete'),
  };
  const choose = (chosen: WorkerRecord, verb: WorkerVerb): void => {
    if ('run' in WORKER_VERBS[verb]) onClose();
    doVerb(verb, chosen, manager, place).catch(error =>
      ui.setState({ notice: { tone: 'error', text: sayError(error) } }),
    );
  };

  return (
    <Menu anchor={anchor} label="Workers" className="fn-worker-menu" onClose={onClose}>
      {page === 'list' || !worker ? (
        <>
          <WorkerChoice manager={manager} current={current} onSelect={select} />
          <MenuSeparator />
          <MenuItem icon="plus" onChoose={() => ask({ about: 'new-worker' })}>
            New worker…
          </MenuItem>
          <ImportItem
            manager={manager}
            onImport={making => attempt(async () => onSelect((await making()).uuid))}
          />
          {worker && <WorkerActions worker={worker} onChoose={verb => choose(worker, verb)} />}
        </>
      ) : (
        <WorkerForm
          asks={page}
          worker={worker}
          manager={manager}
          attempt={attempt}
          onSelect={onSelect}
          onCancel={() => setPage('list')}
        />
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
  onChoose(verb: WorkerVerb): void;
}

function WorkerActions({ worker, onChoose }: WorkerActionsProps): React.JSX.Element {
  // It is open already.
  const sections = fittingVerbs(worker).map(verbs => verbs.filter(verb => verb !== 'open'));
  return (
    <>
      {sections
        .filter(verbs => verbs.length > 0)
        .map(verbs => (
          <Fragment key={verbs[0]}>
            <MenuSeparator />
            {verbs.map(verb => (
              <MenuItem
                key={verb}
                icon={ICONS[verb]}
                title={WORKER_VERBS[verb].caption}
                onChoose={() => onChoose(verb)}
              >
                {WORKER_VERBS[verb].label}
              </MenuItem>
            ))}
          </Fragment>
        ))}
    </>
  );
}
