import type { PackagePlan, PackageWish } from '../../client/packages';
import { FIRST_FOCUS } from '../../renderers/Dialog';
import { Changes } from './Changes';
import { Unavailable } from './Unavailable';
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
  const { changes, nothing, restart, unavailable } = plan;
  const newest = nothing ? newestOf(wish) : null;
  return (
    <>
      <div className="fn-dialog-body" data-testid="fn-plan">
        {unavailable.length > 0 && <Unavailable packages={unavailable} />}
        {nothing ? (
          <p>{nothingWords(newest !== null, unavailable.length > 0)}</p>
        ) : (
          <>
            <p>
              {beginning(unavailable.length)} <b>{changesInWords(changes)}</b>.
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
            {verbOf(wish, plan)}
          </button>
        )}
      </footer>
    </>
  );
}

function beginning(unavailable: number): string {
  if (unavailable === 0) return 'This will change:';
  return `Without ${unavailable === 1 ? 'it' : 'them'}, this will change:`;
}

function nothingWords(hasNewer: boolean, isPart: boolean): string {
  if (hasNewer) return 'It is the newest already that fits what was asked for, perhaps a certain version.';
  if (isPart) return 'There is nothing else to change.';
  return 'There is nothing to change: all of it is as you wish already.';
}
