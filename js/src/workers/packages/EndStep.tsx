import type { PackageChange } from '../../client/packages';
import { FIRST_FOCUS } from '../../renderers/Dialog';
import { Icon } from '../../renderers/Icon';
import { Refusal } from '../Refusal';
import { Changes } from './Changes';
import type { Outcome } from './desk';

const SAID: Readonly<Record<Outcome['stage'], string>> = {
  done: 'Done. The packages are as you wished.',
  cancelled: 'Cancelled. The packages are as they were.',
  failed: '',
  lost: 'It ended while there was no connection to the server; the list shows what there is now.',
};

interface EndStepProps {
  outcome: Outcome;
  /** What was agreed to. */
  changes: readonly PackageChange[];
  onBack(): void;
  onClose(): void;
}

/** What came of a change. */
export function EndStep({ outcome, changes, onBack, onClose }: EndStepProps): React.JSX.Element {
  const { stage, why } = outcome;
  return (
    <>
      <div className="fn-dialog-body" data-testid="fn-ended" data-stage={stage}>
        {stage === 'failed' ? (
          <Refusal text={why || 'It failed; the packages are as they were.'} />
        ) : (
          <p className="fn-outcome" role="status">
            {stage === 'done' && <Icon name="check" />}
            {SAID[stage]}
          </p>
        )}
        {stage === 'done' && changes.length > 0 && <Changes changes={changes} />}
      </div>
      <footer className="fn-dialog-end">
        <button type="button" className="fn-button fn-plain" data-testid="fn-ended-back" onClick={onBack}>
          Back to the list
        </button>
        <button type="button" className="fn-button" data-primary {...FIRST_FOCUS} onClick={onClose}>
          Close
        </button>
      </footer>
    </>
  );
}
