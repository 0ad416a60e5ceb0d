import { useEffect, useRef, useState } from 'react';
import type { ManagerClient } from '../client/manager';
import { useFollowing } from '../renderers/useFollowing';
import { lookAgain } from './looking';

const LINES = 500;
const PAUSES = [2000] as const;

interface WorkerLogProps {
  readonly manager: ManagerClient;
  readonly uuid: string;
}

/** What a worker has printed: plain text, the newest at the end, kept up to date while it can be seen. */
export function WorkerLog({ manager, uuid }: WorkerLogProps): React.JSX.Element {
  const [log, setLog] = useState<string | null>(null);
  const [problem, setProblem] = useState('');
  const box = useFollowing(log);
  const text = useRef<HTMLPreElement>(null);

  useEffect(() => {
    const look = async (): Promise<void> => {
      // New text would take away what is being marked in order to be copied.
      if (holdsSelection(text.current)) return;
      try {
        setLog(await manager.log(uuid, LINES));
        setProblem('');
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
      }
    };
    return lookAgain(box.current, look, PAUSES);
  }, [manager, uuid, box]);

  return (
    <div
      ref={box}
      className="fn-worker-log"
      data-testid="fn-worker-log"
      role="log"
      aria-label="What the worker has printed"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
    >
      {problem && <p role="alert">{problem}</p>}
      {log === '' && <p>The worker has printed nothing.</p>}
      {log && <pre ref={text}>{log}</pre>}
    </div>
  );
}

function holdsSelection(element: Element | null): boolean {
  const selection = document.getSelection();
  return !!element && !!selection && !selection.isCollapsed && element.contains(selection.anchorNode);
}
