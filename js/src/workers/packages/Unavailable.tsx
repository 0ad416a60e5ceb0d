import type { UnavailablePackage } from '../../client/packages';
import { countOf } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';

/** What cannot be had, each with the reason. */
export function Unavailable({ packages }: { packages: readonly UnavailablePackage[] }): React.JSX.Element {
  return (
    <section className="fn-unavailable" data-testid="fn-unavailable" aria-label="Not to be had">
      <p>
        <Icon name="warning" size={14} />
        <span>
          {countOf(packages.length, 'package')} cannot be had, and {packages.length === 1 ? 'stays' : 'stay'}{' '}
          missing:
        </span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <ul tabIndex={0}>
        {packages.map(({ name, requirement, reason }) => (
          <li key={name} data-name={name}>
            <span className="fn-package-name">{requirement}</span>
            <span className="fn-unavailable-reason">{reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
