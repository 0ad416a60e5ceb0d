import { useState } from 'react';
import type { InstalledPackage, PackageWish, WorkerPackages } from '../../client/packages';
import { countOf } from '../../renderers/format';
import { Icon, type IconName } from '../../renderers/Icon';

interface PackageListProps {
  packages: WorkerPackages;
  onWish(wish: PackageWish): void;
}

/** What a worker sees: first what somebody asked for, then what came with it, then what is the server's. */
export function PackageList({ packages, onWish }: PackageListProps): React.JSX.Element {
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const fitting = packages.packages.filter(({ name }) => name.toLowerCase().includes(wanted));
  const asked = fitting.filter(one => one.asked);
  const rest = fitting.filter(one => !one.asked);
  const own = rest.filter(one => one.from === 'environment');
  const servers = rest.filter(one => one.from === 'server');
  const { may_change: mayChange } = packages;
  return (
    <>
      <label className="fn-search">
        <Icon name="search" size={14} />
        <input
          type="search"
          placeholder={`Filter ${countOf(packages.packages.length, 'package')}`}
          aria-label="Filter the packages"
          data-testid="fn-package-filter"
          value={filter}
          onChange={event => setFilter(event.currentTarget.value)}
        />
      </label>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div className="fn-package-list" data-testid="fn-packages-list" tabIndex={0}>
        <Section title="Added" packages={asked}>
          {mayChange && asked.length > 1 && (
            <button type="button" className="fn-link" onClick={() => onWish({ upgrade: ['*'] })}>
              Upgrade all…
            </button>
          )}
          {one => mayChange && <Actions name={one.name} onWish={onWish} />}
        </Section>
        <Section title="Came with them" packages={own} />
        <Section title="The server’s" packages={servers} />
        {fitting.length === 0 && (
          <p className="fn-quiet">
            {wanted ? `No package here has “${filter.trim()}” in its name.` : 'No packages yet.'}
          </p>
        )}
      </div>
    </>
  );
}

interface SectionProps {
  title: string;
  packages: readonly InstalledPackage[];
  children?: [React.ReactNode, (one: InstalledPackage) => React.ReactNode];
}

function Section({ title, packages, children }: SectionProps): React.JSX.Element | null {
  if (packages.length === 0) return null;
  const [more, actions] = children ?? [];
  return (
    <section aria-label={title}>
      <div className="fn-head-line">
        <h3 className="fn-head">
          {title} <span className="fn-count">{packages.length}</span>
        </h3>
        {more}
      </div>
      <ul>
        {packages.map(one => (
          <li
            key={`${one.from} ${one.name}`}
            className="fn-package"
            data-testid="fn-package"
            data-name={one.name}
          >
            <span className="fn-package-name">{one.name}</span>
            <span className="fn-package-summary" title={one.summary}>
              {one.summary}
            </span>
            <span className="fn-package-version">{one.version}</span>
            {actions?.(one)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Actions({ name, onWish }: { name: string; onWish(wish: PackageWish): void }): React.JSX.Element {
  const action = (icon: IconName, label: string, wish: PackageWish) => (
    <button
      type="button"
      className="fn-icon-button"
      title={label}
      aria-label={label}
      onClick={() => onWish(wish)}
    >
      <Icon name={icon} size={14} />
    </button>
  );
  return (
    <span className="fn-package-actions">
      {action('raise', `Upgrade ${name}…`, { upgrade: [name] })}
      {action('trash', `Remove ${name}…`, { remove: [name] })}
    </span>
  );
}
