import { useEffect } from 'react';
import type { ManagerState } from '../../client/manager';
import { countOf } from '../../renderers/format';
import { crashOf } from '../../workers/words';
import { useEditor, useHost } from '../context';
import { countStale } from '../toolbar/stale';

/** Says that the worker crashed and is back, once its graph is here again. */
export function useComeback(worker: string): void {
  const { client, commands, ui } = useEditor();
  const { manager } = useHost();
  useEffect(() => {
    let reason: string | null = null;
    const note = ({ workers }: ManagerState): void => {
      const record = workers.find(({ uuid }) => uuid === worker);
      if (record?.state === 'crashed') reason = crashOf(record)?.reason ?? '';
      if (record?.state === 'stopped') reason = null;
    };
    const say = (why: string, stale: number): void => {
      const text = `The worker crashed${why && `: ${why}`}. It was started again.`;
      ui.setState({
        notice:
          stale === 0
            ? { tone: 'info', text }
            : {
                tone: 'info',
                text: `${text} Everything is out of date; Run computes it.`,
                offer: { label: `Run ${countOf(stale, 'node')}`, accept: () => void commands.run('stale') },
              },
      });
    };
    note(manager.store.getState());
    const ends = [
      manager.store.subscribe(note),
      client.store.subscribe((state, before) => {
        if (reason === null || state.connection !== 'open' || before.connection === 'open') return;
        say(reason, countStale(state));
        reason = null;
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [client, manager, commands, ui, worker]);
}
