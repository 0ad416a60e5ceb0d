import { useState } from 'react';
import { useStore } from 'zustand';
import { Icon } from '../../renderers/Icon';
import { useEditor, useGraph } from '../context';
import { sayError } from '../state/commands';
import { canStart, workerWord } from '../toolbar/workerWords';
import { StuckBanner } from './StuckBanner';

/** Says when the worker cannot be reached, and offers what helps. */
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
  return connection === 'gone' ? <GoneBanner worker={worker} /> : <StuckBanner worker={worker} />;
}

function GoneBanner({ worker }: { worker: string }): React.JSX.Element {
  const { client, host } = useEditor();
  const record = useStore(host.manager.store, state => state.workers.find(entry => entry.uuid === worker));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const state = record ? workerWord(record) : 'unknown';
  const starting = busy || record?.state === 'starting';
  // further lines are the end of its log
  const [reason] = (record?.detail ?? '').split('\n');
  const why = [state, reason].filter(Boolean).join(', ');

  const restart = async (): Promise<void> => {
    setBusy(true);
    setProblem('');
    try {
      await host.manager.start(worker);
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
      <span className="fn-banner-text" title={record?.detail || undefined}>
        {starting ? 'The worker is starting…' : `The worker is not running (${why}).`}
        {problem && ` ${problem}`}
      </span>
      {record && canStart(record) && !starting && (
        <button
          type="button"
          className="fn-button"
          data-primary
          data-testid="fn-restart"
          onClick={() => void restart()}
        >
          {record.state === 'crashed' ? 'Restart' : 'Start'}
        </button>
      )}
    </div>
  );
}
