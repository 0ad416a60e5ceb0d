import { useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { WorkerClient } from '../../client/worker';
import type { EditorHost } from '../host';
import { NoWorker } from './NoWorker';
import { Workbench } from './Workbench';

interface ShellProps {
  root: HTMLElement;
  client: WorkerClient | null;
  host: EditorHost;
}

/** Shows the editor of the given worker, or the screen on which one is made or picked. */
export function Shell({ root, client, host }: ShellProps): React.JSX.Element {
  const [picked, setPicked] = useState<{ uuid: string; client: WorkerClient } | null>(null);
  const shown = picked?.client ?? client;

  const select = useCallback(
    (uuid: string) => {
      // a host that wants to know mounts anew with a client of its own; else the editor makes one
      if (host.onSelectWorker) host.onSelectWorker(uuid);
      else setPicked({ uuid, client: host.manager.connectWorker(uuid) });
    },
    [host],
  );
  useEffect(() => () => picked?.client.dispose(), [picked]);

  return (
    <>
      {shown ? (
        <Opened
          key={picked?.uuid ?? ''}
          root={root}
          client={shown}
          host={host}
          known={picked?.uuid ?? host.worker}
          onSelect={select}
        />
      ) : (
        <NoWorker host={host} onSelect={select} />
      )}
      <div className="fn-overlay" />
    </>
  );
}

interface OpenedProps {
  root: HTMLElement;
  client: WorkerClient;
  host: EditorHost;
  /** Its uuid, where it is known already; else the worker says it. */
  known: string | undefined;
  onSelect(uuid: string): void;
}

function Opened({ root, client, host, known, onSelect }: OpenedProps): React.JSX.Element {
  const said = useStore(client.store, state => state.worker?.uuid);
  const gone = useStore(client.store, state => state.connection === 'gone');
  const worker = known ?? said ?? '';
  const listed = useStore(
    host.manager.store,
    state => state.connection !== 'open' || state.workers.some(record => record.uuid === worker),
  );
  // the worker was deleted, here or elsewhere: there is nothing left to restart
  if (gone && !listed) return <NoWorker host={host} onSelect={onSelect} />;
  return <Workbench root={root} client={client} worker={worker} host={host} onSelect={onSelect} />;
}
