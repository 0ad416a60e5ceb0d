import { useState } from 'react';
import { useStore } from 'zustand';
import type { WorkerRecord } from '../../client/manager';
import { Icon } from '../../renderers/Icon';
import { WORKER_VERBS } from '../../workers/verbs';
import { crashOf, workerWords } from '../../workers/words';
import { useEditor, useGraph, useHost } from '../context';
import { PluginBanner } from '../plugins/PluginBanner';
import { sayError } from '../state/commands';
import { MissingBanner } from './MissingBanner';
import { StuckBanner } from './StuckBanner';
import { TrustBanner } from './TrustBanner';

/** Says when the worker cannot be reached, or when it waits for a word of a person, and offers what helps. */
export function Banner({ worker }: { worker: string }): React.JSX.Element | null {
  const connection = useGraph(state => state.connection);
  if (connection === 'lost') {
    return (
      <div className="fn-banner" data-tone="warn" data-testid="fn-banner" role="status">
        <span className="fn-dot" data-state="starting" />
        Connection lost, reconnecting…
      </div>
    );
  }
  if (connection === 'gone') return <GoneBanner worker={worker} />;
  return (
    <>
      <StuckBanner worker={worker} />
      <TrustBanner />
      <PluginBanner />
      <MissingBanner worker={worker} />
    </>
  );
}

function GoneBanner({ worker }: { worker: string }): React.JSX.Element {
  const { client } = useEditor();
  const { manager } = useHost();
  const record = useStore(manager.store, state => state.workers.find(entry => entry.uuid === worker));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const starting = busy || record?.state === 'starting';
  const said = useStore(manager.news, state => state.environments[worker]?.lines.at(-1));
  const preparing = record?.preparing && `The worker’s environment is being made: ${said ?? '…'}`;

  const restart = async (): Promise<void> => {
    setBusy(true);
    setProblem('');
    try {
      await manager.start(worker);
      client.reconnect();
    } catch (error) {
      setProblem(sayError(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <div
      className="fn-banner"
      data-tone={record?.state === 'crashed' ? 'error' : 'warn'}
      data-testid="fn-banner"
      role="alert"
    >
      <Icon name="warning" />
      <span className="fn-banner-text" title={problem || record?.detail || undefined}>
        {preparing ? preparing : starting ? 'The worker is starting…' : goneWords(record)}
        {problem && ` ${problem.split('\n')[0]}`}
      </span>
      {preparing && (
        <span className="fn-banner-end">
          <button
            type="button"
            className="fn-button"
            data-testid="fn-preparing-cancel"
            onClick={() => void manager.cancelPreparing(worker).catch(error => setProblem(sayError(error)))}
          >
            Cancel
          </button>
        </span>
      )}
      {record && WORKER_VERBS.start.fits(record) && !starting && (
        <button
          type="button"
          className="fn-button"
          data-primary
          data-testid="fn-restart"
          onClick={() => void restart()}
        >
          {crashOf(record)?.comesBack ? 'Start now' : 'Start'}
        </button>
      )}
    </div>
  );
}

/** Why there is no connection, and what comes next. */
function goneWords(record: WorkerRecord | undefined): string {
  const crash = record && crashOf(record);
  if (!crash) return `The worker is not running (${record ? workerWords(record) : 'unknown'}).`;
  const why = crash.reason ? `: ${crash.reason}` : '';
  return `The worker crashed${why}. ${crash.next ? `It ${crash.next}.` : 'It is not running.'}`;
}
