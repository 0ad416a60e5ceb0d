import type { WorkerRecord, WorkerUsage } from '../../client/manager';
import {
  crashOf,
  environmentWords,
  formatUsage,
  USAGE_FACTS,
  workerMark,
  workerWords,
} from '../../workers/words';

interface WorkerLineProps {
  worker: WorkerRecord;
  usage?: WorkerUsage | undefined;
}

/** One worker in a list: its name, how it stands, what it uses or why it crashed. */
export function WorkerLine({ worker, usage }: WorkerLineProps): React.JSX.Element {
  const crash = crashOf(worker);
  const packages = environmentWords(worker);
  const words = [workerWords(worker), crash?.reason, crash?.next].filter(Boolean).join(' · ');
  return (
    <>
      <span className="fn-dot" data-state={workerMark(worker)} />
      <span className="fn-worker-line">
        <span className="fn-menu-label">{worker.name}</span>
        <span className="fn-worker-told">
          <span className="fn-worker-words" data-testid="fn-worker-words">
            {words}
          </span>
          {packages && (
            <span className="fn-worker-packages" data-testid="fn-worker-packages">
              {packages}
            </span>
          )}
          {usage && worker.state === 'running' && (
            <span className="fn-worker-usage" data-testid="fn-worker-usage" title={USAGE_FACTS}>
              {formatUsage(usage)}
            </span>
          )}
        </span>
      </span>
    </>
  );
}
