import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { Icon } from '../../renderers/Icon';
import { WorkerLog } from '../../workers/WorkerLog';
import { useEditor, useHost, useUi } from '../context';

/** What the worker has printed, below the canvas, when somebody wants to see it. */
export function LogDrawer({ worker }: { worker: string }): React.JSX.Element | null {
  return useUi(state => state.workerLog) ? <OpenDrawer worker={worker} /> : null;
}

function OpenDrawer({ worker }: { worker: string }): React.JSX.Element {
  const { ui } = useEditor();
  const { manager } = useHost();
  const name = useStore(
    manager.store,
    state => state.workers.find(record => record.uuid === worker)?.name ?? '',
  );
  const drawer = useRef<HTMLElement>(null);
  useEffect(() => drawer.current?.querySelector<HTMLElement>('[role="log"]')?.focus(), []);
  const close = (): void => ui.setState({ workerLog: false });
  return (
    <section
      ref={drawer}
      className="fn-drawer"
      data-testid="fn-log-drawer"
      aria-label={`Log of ${name}`}
      onKeyDown={event => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        close();
      }}
    >
      <div className="fn-drawer-top">
        <h3 className="fn-panel-title" title={name}>
          Log of {name}
        </h3>
        <button
          type="button"
          className="fn-icon-button"
          title="Close the log (Esc)"
          aria-label="Close the log"
          onClick={close}
        >
          <Icon name="close" size={14} />
        </button>
      </div>
      <WorkerLog manager={manager} uuid={worker} />
    </section>
  );
}
