import { useId, useState } from 'react';
import type { PackagesClient } from '../../client/packages';
import { FIRST_FOCUS } from '../../renderers/Dialog';
import { isBare, nameIn, requirementOf } from './requirement';
import { type PackageSearch, usePackageSearch } from './usePackageSearch';

interface AddPackageProps {
  text: string;
  packages: PackagesClient;
  /** Patterns of the names that may be asked for; null: any. */
  allowed: readonly string[] | null;
  onType(text: string): void;
  onAdd(requirement: string): void;
}

/** Asks for a package by its name, with a version if it must be a certain one. */
export function AddPackage(props: AddPackageProps): React.JSX.Element {
  const { packages, text, allowed, onType, onAdd } = props;
  const id = useId();
  const [version, setVersion] = useState('');
  const search = usePackageSearch(packages, nameIn(text));
  const versions = isBare(text) ? (search.found?.versions ?? []) : [];
  const told = toldBy(search, allowed);
  return (
    <form
      className="fn-add-package"
      onSubmit={event => {
        event.preventDefault();
        if (text.trim()) onAdd(requirementOf(text, versions.includes(version) ? version : ''));
      }}
    >
      <div className="fn-form-line">
        <input
          {...FIRST_FOCUS}
          className="fn-field"
          data-testid="fn-package-name"
          type="text"
          aria-label="Add a package"
          aria-describedby={`${id}-told`}
          placeholder="Add a package, such as numpy"
          spellCheck={false}
          autoComplete="off"
          data-refused={search.problem ? '' : undefined}
          value={text}
          onChange={event => {
            onType(event.currentTarget.value);
            setVersion('');
          }}
        />
        <span className="fn-select">
          <select
            className="fn-field"
            data-testid="fn-package-version"
            aria-label="Version"
            disabled={versions.length === 0}
            value={versions.includes(version) ? version : ''}
            onChange={event => setVersion(event.currentTarget.value)}
          >
            <option value="">newest that fits</option>
            {versions.map(one => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </span>
        <button
          type="submit"
          className="fn-button"
          data-primary
          data-testid="fn-package-add"
          disabled={!text.trim()}
        >
          Add…
        </button>
      </div>
      <p
        id={`${id}-told`}
        className="fn-add-told"
        data-tone={search.problem ? 'error' : undefined}
        data-testid="fn-package-told"
        aria-live="polite"
        title={told}
      >
        {told}
      </p>
    </form>
  );
}

/** What stands below the field: always a line, so that nothing jumps. */
function toldBy({ looking, found, problem }: PackageSearch, allowed: readonly string[] | null): string {
  if (looking) return 'Looking for it…';
  if (problem) return problem.split('\n')[0] ?? '';
  if (found) {
    const { name, versions, summary, requires_python: python } = found;
    return [`${name} ${versions[0] ?? ''}`, summary, python && `Python ${python}`]
      .filter(Boolean)
      .join(' · ');
  }
  if (allowed) return `This server allows: ${allowed.join(', ') || 'none'}.`;
  return 'Nothing is installed before you have seen what changes.';
}
