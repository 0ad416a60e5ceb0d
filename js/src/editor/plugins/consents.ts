import type { PackInfo } from '../../protocol/types.gen';

/** What a person said to the code of a pack, of one version and one hash. */
export type Consent = 'allowed' | 'declined';

/**
 * The answers of a person, kept by the browser. Not on the server: a pack's own Python runs under the person's account
 * and could write itself an answer there.
 */
export interface Consents {
  get(pack: PackInfo): Consent | null;
  set(pack: PackInfo, consent: Consent): void;
  /** Another window of this browser got an answer. Returns what ends the listening. */
  onChange(listener: () => void): () => void;
}

/** @param server base URL of the server: below one origin there may be several, of other people */
export function keptConsents(server: string): Consents {
  const key = `funcnodes:plugins:${server}`;
  // where the browser keeps nothing, the answers count until the page is left
  let here: Record<string, unknown> = {};
  const read = (): Record<string, unknown> => {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
      return typeof found === 'object' && found !== null ? { ...found, ...here } : here;
    } catch {
      return here;
    }
  };
  return {
    get(pack) {
      const name = nameOf(pack);
      const found = name !== null && Object.hasOwn(read(), name) ? read()[name] : null;
      return found === 'allowed' || found === 'declined' ? found : null;
    },
    set(pack, consent) {
      const name = nameOf(pack);
      if (name === null) return;
      const all = Object.fromEntries([...Object.entries(read()), [name, consent]]);
      try {
        localStorage.setItem(key, JSON.stringify(all));
        here = {};
      } catch {
        here = all;
      }
    },
    onChange(listener) {
      const hear = (event: StorageEvent): void => {
        if (event.key === key || event.key === null) listener();
      };
      window.addEventListener('storage', hear);
      return () => window.removeEventListener('storage', hear);
    },
  };
}

function nameOf({ name, version, plugin }: PackInfo): string | null {
  return plugin && JSON.stringify([name, version, plugin.sha256]);
}
