import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { ManagerClient } from '../../client/manager';
import type { WorkerPackages } from '../../client/packages';
import { Dialog, FIRST_FOCUS } from '../../renderers/Dialog';
import { Refusal } from '../Refusal';
import { ToolLines } from '../ToolLines';
import { createPackageDesk, type DeskState, type PackageDesk } from './desk';
import { EndStep } from './EndStep';
import { ListStep } from './ListStep';
import { PlanStep } from './PlanStep';
import { restartWords, wishFor } from './words';

interface PackagesDialogProps {
  manager: ManagerClient;
  worker: string;
  /** What is missing is to be asked for at once, where that may be. */
  fillIn?: boolean;
  onClose(): void;
}

/** The packages of a worker: what there is, and changing it step by step. */
export function PackagesDialog({
  manager,
  worker,
  fillIn = false,
  onClose,
}: PackagesDialogProps): React.JSX.Element | null {
  const desk = useDesk(manager, worker, fillIn);
  const name = useStore(
    manager.store,
    state => state.workers.find(({ uuid }) => uuid === worker)?.name ?? 'the worker',
  );
  return desk && <Shown desk={desk} manager={manager} name={name} onClose={onClose} />;
}

function useDesk(manager: ManagerClient, worker: string, fillIn: boolean): PackageDesk | null {
  const [desk, setDesk] = useState<PackageDesk | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whether to fill in counts when the dialog opens
  useEffect(() => {
    const made = createPackageDesk(manager, worker);
    setDesk(made);
    void made.load().then(() => {
      const { packages } = made.store.getState();
      const wish = fillIn && packages?.may_change ? wishFor(packages) : null;
      if (wish) void made.plan(wish);
    });
    return () => made.dispose();
  }, [manager, worker]);
  return desk;
}

interface ShownProps {
  desk: PackageDesk;
  manager: ManagerClient;
  name: string;
  onClose(): void;
}

function Shown({ desk, manager, name, onClose }: ShownProps): React.JSX.Element {
  const state = useStore(desk.store);
  const { step, packages, restart } = state;
  const isWaiting = step.at === 'planning' || step.at === 'changing';
  const back = step.at === 'plan' || step.at === 'ended' ? desk.back.bind(desk) : onClose;
  return (
    <Dialog
      title={`Packages of ${name}`}
      about={packages ? kindWords(packages) : 'Looking…'}
      testId="fn-packages"
      className="fn-packages-dialog"
      step={step.at + (packages ? '' : ' unknown')}
      onClose={isWaiting ? null : back}
    >
      {restart !== 'none' && (
        <p className="fn-note fn-restart-note" role="status">
          <span>{restartWords(packages)}</span>
          <button
            type="button"
            className="fn-button"
            data-primary
            data-testid="fn-packages-restart"
            disabled={restart === 'going'}
            onClick={() => void desk.restart()}
          >
            {restart === 'going' ? 'Restarting…' : 'Restart worker'}
          </button>
        </p>
      )}
      <Inner state={state} desk={desk} manager={manager} onClose={onClose} />
    </Dialog>
  );
}

type InnerProps = Omit<ShownProps, 'name'> & { state: DeskState };

function Inner({ state, desk, manager, onClose }: InnerProps): React.JSX.Element {
  const { step, packages, refusal, typed, agreed } = state;
  switch (step.at) {
    case 'planning':
    case 'changing':
      return <Waiting state={state} onCancel={() => void desk.cancel()} />;
    case 'plan':
      return (
        <PlanStep
          wish={step.wish}
          plan={step.plan}
          onAgree={() => void desk.agree()}
          onBack={() => desk.back()}
          onInstead={wish => void desk.plan(wish)}
        />
      );
    case 'ended':
      return <EndStep outcome={step.outcome} changes={agreed} onBack={() => desk.back()} onClose={onClose} />;
    case 'list':
      if (packages)
        return (
          <ListStep
            manager={manager}
            desk={desk}
            packages={packages}
            refusal={refusal}
            typed={typed}
            onClose={onClose}
          />
        );
      return <div className="fn-dialog-body">{refusal && <Refusal text={refusal} />}</div>;
  }
}

/** Something takes its time, and can be given up. */
function Waiting({ state, onCancel }: { state: DeskState; onCancel(): void }): React.JSX.Element {
  const { step, lines, refusal } = state;
  const cancelling = step.at === 'changing' && step.cancelling;
  const words = step.at === 'planning' ? 'Looking what would change…' : 'Changing the packages…';
  return (
    <>
      <div className="fn-dialog-body" data-testid="fn-waiting">
        <p role="status">{cancelling ? 'Putting everything back…' : words}</p>
        <div className="fn-going">
          <progress aria-label={words} />
          {lines.length > 0 && <ToolLines lines={lines} label="What the tools say" />}
        </div>
        {refusal && <Refusal text={refusal} />}
      </div>
      <footer className="fn-dialog-end">
        <button
          type="button"
          className="fn-button fn-plain"
          data-testid="fn-waiting-cancel"
          {...FIRST_FOCUS}
          disabled={cancelling}
          onClick={onCancel}
        >
          Cancel
        </button>
      </footer>
    </>
  );
}

const KINDS: Readonly<Record<WorkerPackages['environment'], string>> = {
  server: 'the server’s packages',
  own: 'its own packages',
  shared: 'its own packages, and the server’s',
};

function kindWords({ environment, python }: WorkerPackages): string {
  return [KINDS[environment], python && `Python ${python}`].filter(Boolean).join(' · ');
}
