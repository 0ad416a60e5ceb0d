import { useEffect, useState } from 'react';
import type { WorkerPackages } from '../../client/packages';
import { useGraph, useHost, useUi } from '../context';

type Lacking = Pick<WorkerPackages, 'missing' | 'unknown'>;

const NOTHING: Lacking = { missing: [], unknown: [] };

/**
 * What the graph needs and its worker does not find. Asked when the worker is opened or started again, when its library
 * changes, when nodes come that it does not know, and when a dialog about it is closed; never again and again.
 */
export function useMissing(worker: string): Lacking {
  const host = useHost();
  const open = useGraph(state => state.connection === 'open');
  const library = useGraph(state => state.library);
  const unknown = useGraph(state => Object.values(state.nodes).filter(node => node.unknown).length);
  const change = useChange(worker);
  const isLookedAt = useUi(state => state.dialog?.about === 'packages');
  const [missing, setMissing] = useState(NOTHING);

  // biome-ignore lint/correctness/useExhaustiveDependencies: these say when the answer may be another one
  useEffect(() => {
    if (!open || !worker || isLookedAt) return;
    let counts = true;
    host.manager.packages.of(worker).then(
      packages => counts && setMissing(packages),
      // Where it cannot be asked, nothing is known to be missing: the nodes themselves say that they wait.
      () => counts && setMissing(NOTHING),
    );
    return () => {
      counts = false;
    };
  }, [host, worker, open, library, unknown, change, isLookedAt]);
  return open ? missing : NOTHING;
}

/** How the last change of the worker's packages stands; another word when one has ended. */
function useChange(worker: string): unknown {
  const host = useHost();
  const [ended, setEnded] = useState(0);
  useEffect(
    () =>
      host.manager.news.subscribe(({ changes }, before) => {
        const now = changes[worker];
        if (now !== before.changes[worker] && now?.stage === 'done') setEnded(count => count + 1);
      }),
    [host, worker],
  );
  return ended;
}
