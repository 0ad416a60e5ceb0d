import { useEffect, useState } from 'react';
import type { FoundPackage, PackagesClient } from '../../client/packages';

/** How long after the last key the index is asked, in milliseconds. */
export const PAUSE = 300;

export interface PackageSearch {
  readonly looking: boolean;
  readonly found: FoundPackage | null;
  /** Why nothing was found, for a person. */
  readonly problem: string;
}

const NOTHING: PackageSearch = { looking: false, found: null, problem: '' };

/** What the package index has of a name that is being typed. */
export function usePackageSearch(packages: PackagesClient, name: string): PackageSearch {
  const [search, setSearch] = useState(NOTHING);
  useEffect(() => {
    if (!name) return setSearch(NOTHING);
    const asking = new AbortController();
    setSearch({ ...NOTHING, looking: true });
    const timer = setTimeout(async () => {
      try {
        const found = await packages.find(name, { signal: asking.signal });
        if (!asking.signal.aborted) setSearch({ ...NOTHING, found });
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (!asking.signal.aborted) setSearch({ ...NOTHING, problem });
      }
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [packages, name]);
  return search;
}
