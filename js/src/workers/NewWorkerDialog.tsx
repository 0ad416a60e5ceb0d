import { useEffect, useId, useRef, useState } from 'react';
import type { ManagerClient } from '../client/manager';
import { Dialog, FIRST_FOCUS } from '../renderers/Dialog';
import { ApiError } from '../transport/http';
import { EnvironmentFields, USUAL_ENVIRONMENT } from './EnvironmentFields';
import { FormEnd } from './FormEnd';
import { Refusal } from './Refusal';
import { ToolLines } from './ToolLines';

interface NewWorkerDialogProps {
  manager: ManagerClient;
  /** What it is called, to begin with. */
  name?: string;
  onMade(uuid: string): void;
  onClose(): void;
}

/** Makes a worker of the person's choice, and tells how its environment comes to be. */
export function NewWorkerDialog({
  manager,
  name = '',
  onMade,
  onClose,
}: NewWorkerDialogProps): React.JSX.Element {
  const id = useId();
  const [text, setText] = useState(name);
  const [draft, setDraft] = useState(USUAL_ENVIRONMENT);
  const { busy, lines, refusal, cancelled, make, cancel } = useMaking(manager, onMade);
  return (
    <Dialog
      title="New worker"
      about="A worker is a process of its own that keeps a graph and runs it."
      testId="fn-new-worker"
      step={busy ? 'making' : 'form'}
      onClose={busy ? null : onClose}
    >
      <form
        className="fn-dialog-form"
        onSubmit={event => {
          event.preventDefault();
          if (!busy) void make(text.trim(), draft);
        }}
      >
        <div className="fn-dialog-body">
          <div className="fn-dialog-row">
            <label htmlFor={id}>Name</label>
            <input
              id={id}
              {...FIRST_FOCUS}
              className="fn-field"
              data-testid="fn-worker-name"
              type="text"
              placeholder="the next free one"
              spellCheck={false}
              autoComplete="off"
              disabled={busy}
              value={text}
              onChange={event => setText(event.currentTarget.value)}
            />
          </div>
          <EnvironmentFields draft={draft} disabled={busy} onChange={setDraft} />
          {busy && (
            <div className="fn-going">
              <progress aria-label="The worker is being made" />
              {lines.length > 0 && <ToolLines lines={lines} label="How the environment is made" />}
            </div>
          )}
          {cancelled && (
            <p className="fn-quiet" role="status" data-testid="fn-cancelled">
              Cancelled; nothing is left of it.
            </p>
          )}
          {refusal && <Refusal text={refusal} />}
        </div>
        <footer className="fn-dialog-end">
          <FormEnd
            cancel={{
              className: 'fn-button fn-plain',
              'data-testid': 'fn-worker-cancel',
              ...(busy && FIRST_FOCUS),
              // the usual kind is there in a moment, with nothing to give up
              disabled: busy && draft.environment === 'server',
              onClick: busy ? cancel : onClose,
            }}
            action="Create"
            testId="fn-worker-create"
            busy={busy}
          />
        </footer>
      </form>
    </Dialog>
  );
}

/** The making of a worker: what is told meanwhile, and what hinders it. */
function useMaking(manager: ManagerClient, onMade: (uuid: string) => void) {
  const [busy, setBusy] = useState(false);
  const [lines, setLines] = useState<readonly string[]>([]);
  const [refusal, setRefusal] = useState('');
  const [cancelled, setCancelled] = useState(false);
  const abort = useRef<AbortController | null>(null);
  // Whoever goes away waits for nothing.
  useEffect(() => () => abort.current?.abort(), []);

  const make = async (name: string, { environment, python }: typeof USUAL_ENVIRONMENT): Promise<void> => {
    abort.current = new AbortController();
    const { signal } = abort.current;
    setBusy(true);
    setLines([]);
    setRefusal('');
    setCancelled(false);
    const usual = environment === 'server';
    const options = {
      environment,
      python: environment === 'own' ? python.trim() : '',
      onLine: (line: string) => setLines(all => [...all, line]),
      signal,
    };
    try {
      onMade((await manager.create(name || undefined, usual ? undefined : options)).uuid);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'Aborted') setCancelled(true);
      else setRefusal(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return { busy, lines, refusal, cancelled, make, cancel: () => abort.current?.abort() };
}
