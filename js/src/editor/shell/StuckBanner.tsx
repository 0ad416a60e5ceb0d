import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { Icon } from '../../renderers/Icon';
import { useEditor, useGraph, useHost, useUi } from '../context';
import { nodeName } from '../node/status';
import { sayError } from '../state/commands';

/** Says when something cannot be stopped, and offers the one thing that ends it: a new process. */
export function StuckBanner({ worker }: { worker: string }): React.JSX.Element | null {
  const { ui } = useEditor();
  const { manager } = useHost();
  const stubborn = useGraph(useShallow(state => Object.values(state.nodes).filter(node => node.stubborn)));
  // either somebody here waits for an answer, or the Workermanager has asked in vain
  const unanswered = useUi(state => state.silent);
  const frozen = useStore(manager.store, state =>
    state.workers.some(record => record.uuid === worker && record.activity === 'frozen'),
  );
  const [waits, setWaits] = useState(false);
  const [borne, setBorne] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  useEffect(() => setWaits(waiting => waiting && frozen), [frozen]);
  const silent = unanswered || (frozen && !waits);
  const shown = stubborn.filter(node => !borne.has(node.uuid));
  if (shown.length === 0 && !silent) return null;

  const restart = async (): Promise<void> => {
    setBusy(true);
    setProblem('');
    try {
      await manager.restart(worker);
      ui.setState({ silent: false });
    } catch (error) {
      setProblem(sayError(error));
    } finally {
      setBusy(false);
    }
  };
  const wait = (): void => {
    setBorne(new Set(stubborn.map(node => node.uuid)));
    setWaits(frozen);
    ui.setState({ silent: false });
  };
  const what = silent
    ? 'The worker does not answer: a function keeps all of it busy.'
    : `${stuckNames(shown.map(nodeName))} and cannot be interrupted.`;
  return (
    <div className="fn-banner" data-tone="warn" data-testid="fn-stuck" role="alert">
      <Icon name="warning" />
      <span className="fn-banner-text">
        {what}
        <span className="fn-banner-more">
          {' '}
          A restart ends it; the graph is kept, results are computed anew.
        </span>{' '}
        {problem}
      </span>
      <button
        type="button"
        className="fn-button"
        data-primary
        data-testid="fn-restart-stuck"
        disabled={busy}
        onClick={() => void restart()}
      >
        {busy ? 'Restarting…' : 'Restart worker'}
      </button>
      <button
        type="button"
        className="fn-icon-button"
        title="Go on waiting"
        aria-label="Go on waiting"
        onClick={wait}
      >
        <Icon name="close" size={12} />
      </button>
    </div>
  );
}

function stuckNames([first = '', ...others]: readonly string[]): string {
  return others.length === 0
    ? `“${first}” does not stop`
    : `“${first}” and ${others.length} more do not stop`;
}
