import type { PackageChange } from '../../client/packages';
import { Icon, type IconName } from '../../renderers/Icon';
import { type ChangeKind, kindOf } from './words';

const MARKS: Readonly<Record<ChangeKind, readonly [IconName, string]>> = {
  new: ['plus', 'New'],
  other: ['right', 'Other version'],
  gone: ['minus', 'Removed'],
};

/** What becomes of packages, one a line. */
export function Changes({ changes }: { changes: readonly PackageChange[] }): React.JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <ul className="fn-changes" tabIndex={0}>
      {changes.map(change => (
        <Change key={change.name} change={change} />
      ))}
    </ul>
  );
}

function Change({ change }: { change: PackageChange }): React.JSX.Element {
  const { name, from, to } = change;
  const kind = kindOf(change);
  const [icon, label] = MARKS[kind];
  return (
    <li className="fn-change" data-testid="fn-change" data-kind-of-change={kind} data-name={name}>
      <Icon name={icon} size={14} />
      <span className="fn-package-name">{name}</span>
      <span className="fn-package-version">
        {from}
        {kind === 'other' && ' → '}
        {to}
      </span>
      <span className="fn-change-kind">{label}</span>
    </li>
  );
}
