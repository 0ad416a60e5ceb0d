import type { ManagerClient } from '../../client/manager';
import type { MissingPackage, UnknownClass, WorkerPackages } from '../../client/packages';
import { countOf } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { Refusal } from '../Refusal';
import { AddPackage } from './AddPackage';
import type { PackageDesk } from './desk';
import { PackageList } from './PackageList';
import { waitingWords, wishFor } from './words';

interface ListStepProps {
  manager: ManagerClient;
  desk: PackageDesk;
  packages: WorkerPackages;
  refusal: string;
  /** What is typed to be added. */
  typed: string;
  onClose(): void;
}

/** What there is, what is missing, and what can be asked for. */
export function ListStep(props: ListStepProps): React.JSX.Element {
  const { manager, desk, packages, refusal, typed, onClose } = props;
  const { may_change: mayChange, missing, unknown, restorable, allowed } = packages;
  const wish = mayChange ? wishFor(packages) : null;
  return (
    <>
      <div className="fn-dialog-body fn-packages">
        {mayChange ? (
          <AddPackage
            packages={manager.packages}
            allowed={allowed}
            text={typed}
            onType={text => desk.type(text)}
            onAdd={requirement => void desk.plan({ add: [requirement] })}
          />
        ) : (
          <Unchangeable desk={desk} packages={packages} />
        )}
        {refusal && <Refusal text={refusal} />}
        {missing.length + unknown.length > 0 && (
          <div className="fn-lacking">
            {missing.length > 0 && (
              <Missing missing={missing} onInstall={wish ? () => void desk.plan(wish) : undefined} />
            )}
            {unknown.length > 0 && <Unknown unknown={unknown} />}
          </div>
        )}
        <PackageList packages={packages} onWish={wish => void desk.plan(wish)} />
      </div>
      <footer className="fn-dialog-end">
        {mayChange && restorable && (
          <button
            type="button"
            className="fn-button fn-plain fn-dialog-aside"
            data-testid="fn-packages-restore"
            title="Back to exactly the versions that the worker’s lock names"
            onClick={() => void desk.plan({ restore: true })}
          >
            <Icon name="reset" /> Restore…
          </button>
        )}
        <button type="button" className="fn-button fn-plain" onClick={onClose}>
          Close
        </button>
      </footer>
    </>
  );
}

/** Why nothing may be changed, and what helps. */
function Unchangeable({
  desk,
  packages,
}: {
  desk: PackageDesk;
  packages: WorkerPackages;
}): React.JSX.Element {
  if (packages.environment !== 'server' || packages.forbidden)
    return (
      <p className="fn-note" data-testid="fn-why-not">
        {packages.why_not}
      </p>
    );
  return (
    <div className="fn-note" data-testid="fn-why-not">
      <p>
        This worker uses the packages of the server, which others use, too: they are not changed from here.
        With packages of its own you can add what you need; it goes on seeing the server’s.
      </p>
      <button
        type="button"
        className="fn-button fn-plain"
        data-testid="fn-packages-move"
        onClick={() => void desk.move('shared')}
      >
        Give it its own packages
      </button>
    </div>
  );
}

interface MissingProps {
  missing: readonly MissingPackage[];
  /** Absent where nothing of it can be installed. */
  onInstall?: (() => void) | undefined;
}

function Missing({ missing, onInstall }: MissingProps): React.JSX.Element {
  return (
    <section className="fn-missing" aria-label="Not installed" data-testid="fn-missing">
      <div className="fn-head-line">
        <h3 className="fn-head">
          Not installed <span className="fn-count">{missing.length}</span>
        </h3>
        {onInstall && (
          <button type="button" className="fn-link" data-testid="fn-missing-install" onClick={onInstall}>
            Install…
          </button>
        )}
      </div>
      <ul>
        {missing.map(one => (
          <li key={one.name || one.modules.join()} className="fn-package">
            <span className="fn-package-name">{one.requirement || one.modules.join(', ')}</span>
            <span className="fn-package-summary">
              {one.name ? waitingWords(one) : `${waitingWords(one)}; which package has it is not known`}
            </span>
            {one.reason && <span className="fn-missing-reason">Not to be had: {one.reason}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Unknown({ unknown }: { unknown: readonly UnknownClass[] }): React.JSX.Element {
  return (
    <section aria-label="Nodes that are not known" data-testid="fn-unknown">
      <h3 className="fn-head">
        Nodes that are not known <span className="fn-count">{unknown.length}</span>
      </h3>
      <ul>
        {unknown.map(({ node_id: id, nodes }) => (
          <li key={id} className="fn-package">
            <span className="fn-package-name">{id}</span>
            <span className="fn-package-summary">
              {countOf(nodes, 'node')}; which package has {nodes === 1 ? 'it' : 'them'} is not written down
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
