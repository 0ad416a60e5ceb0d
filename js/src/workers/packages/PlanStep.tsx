import type { PackagePlan, PackageWish } from '../../client/packages';
import { FIRST_FOCUS } from '../../renderers/Dialog';
import { Changes } from './Changes';
import { changesInWords, newestOf, verbOf } from './words';

interface PlanStepProps {
  wish: PackageWish;
  plan: PackagePlan;
  onAgree(): void;
  onBack(): void;
  /** Something else is wished for. */
  onInstead(wish: PackageWish): void;
}

/** What exactly would change, to agree to or not. */
export function PlanStep(props: PlanStepProps): React.JSX.Element {
  const { wish, plan, onAgree, onBack, onInstead } = props;
  const { changes, nothing, restart } = plan;
  const newest = nothing ? newestOf(wish) : null;
  return (
    <>
      <div className="fn-dialog-body" data-testid="fn-plan">
        {nothing ? (
          <p>
            {newest
              ? 'It is the newest already that fits what was asked for, perhaps a certain version.'
              : 'There is nothing to change: all of it is as you wish already.'}
          </p>
        ) : (
          <>
            <p>
              This will change: <b>{changesInWords(changes)}</b>.
            </p>
            <Changes changes={changes} />
            <p className="fn-quiet">
              {restart
                ? 'The worker runs with what is changed: it needs a restart afterwards.'
                : 'The worker needs no restart for it.'}{' '}
              If it fails, all stays as it is.
            </p>
          </>
        )}
      </div>
      <footer className="fn-dialog-end">
        <button
          type="button"
          className="fn-button fn-plain"
          data-testid="fn-plan-back"
          {...(nothing && FIRST_FOCUS)}
          onClick={onBack}
        >
          {nothing ? 'Back' : 'Cancel'}
        </button>
        {newest && (
          <button
            type="button"
            className="fn-button"
            data-primary
            data-testid="fn-plan-newest"
            onClick={() => onInstead(newest)}
          >
            Take the newest of all…
          </button>
        )}
        {!nothing && (
          <button
            type="button"
            className="fn-button"
            data-primary
            data-testid="fn-plan-agree"
            {...FIRST_FOCUS}
            onClick={onAgree}
          >
            {verbOf(wish)}
          </button>
        )}
      </footer>
    </>
  );
}
