import { type RefObject, useEffect, useState } from 'react';
import type { ManagerClient, WorkerUsage } from '../client/manager';
import { lookAgain } from './looking';

type Usage = Readonly<Record<string, WorkerUsage>>;

const NOTHING: Usage = {};

/** It is measured from one look to the next: the first tells little, so that the second follows soon. */
const PAUSES = [1200, 3000] as const;

/** What the running workers use of the machine, by uuid, asked for while the element `where` it is shown can be seen. */
export function useUsage(manager: ManagerClient, where: RefObject<Element>): Usage {
  const [usage, setUsage] = useState(NOTHING);
  useEffect(() => {
    const look = async (): Promise<void> => {
      const isRunning = manager.store.getState().workers.some(({ state }) => state === 'running');
      // Of a server that does not answer the list of workers says so; old numbers would say nothing true.
      setUsage(isRunning ? await manager.usage().catch(() => NOTHING) : NOTHING);
    };
    return lookAgain(where.current, look, PAUSES);
  }, [manager, where]);
  return usage;
}
