import type { MissingPackage, PackageChange, PackageWish, WorkerPackages } from '../../client/packages';
import { countOf, listWords } from '../../renderers/format';

/** How many names a line has room for. */
const NAMES = 4;

/** What waits for what, in a sentence for a banner. */
export function missingSentence(missing: readonly MissingPackage[]): string {
  const names = missing.map(({ name, modules }) => name || (modules[0] ?? '?'));
  const shown = names.slice(0, NAMES);
  const all =
    names.length > NAMES ? `${shown.join(', ')} and ${names.length - NAMES} more` : listWords(shown);
  const nodes = missing.reduce((sum, one) => sum + one.nodes, 0);
  if (nodes === 0)
    return names.length === 1 ? `A package is not installed: ${all}.` : `Packages are not installed: ${all}.`;
  const what = names.length === 1 ? 'a package that is' : 'packages that are';
  return `${countOf(nodes, 'node')} ${nodes === 1 ? 'waits' : 'wait'} for ${what} not installed: ${all}.`;
}

/** Who waits for one of them. */
export function waitingWords({ modules, nodes }: MissingPackage): string {
  const by = nodes > 0 ? countOf(nodes, 'node') : 'only the lock names it';
  return modules.length > 0 ? `${by} · import ${modules.join(', ')}` : by;
}

/**
 * What brings what is missing, as far as its packages are known: exactly what the lock names, where there is one that
 * is not met; else what nodes wait for, with which what they need in turn comes. Null: nothing that can be asked for.
 */
export function wishFor({ missing, restorable }: WorkerPackages): PackageWish | null {
  if (restorable) return { restore: true };
  const known = missing.filter(({ requirement }) => requirement);
  const waitedFor = known.filter(({ nodes }) => nodes > 0);
  const add = (waitedFor.length > 0 ? waitedFor : known).map(({ requirement }) => requirement);
  return add.length > 0 ? { add } : null;
}

/** What is done when somebody agrees, on a button. */
export function verbOf(wish: PackageWish): string {
  if ('restore' in wish) return 'Restore';
  if (wish.upgrade?.length) return 'Upgrade';
  return wish.add?.length ? 'Install' : 'Remove';
}

/** The same upgrade of one package without heed to the version that was asked for once; null for other wishes. */
export function newestOf(wish: PackageWish): PackageWish | null {
  if ('restore' in wish || wish.add || wish.remove) return null;
  const [name, ...others] = wish.upgrade ?? [];
  return name && name !== '*' && others.length === 0 ? { add: [name], upgrade: [name] } : null;
}

export type ChangeKind = 'new' | 'other' | 'gone';

export function kindOf({ from, to }: PackageChange): ChangeKind {
  if (from === null) return 'new';
  return to === null ? 'gone' : 'other';
}

/** What changes, counted: `2 new, 1 other version, 1 removed`. */
export function changesInWords(changes: readonly PackageChange[]): string {
  const count = (kind: ChangeKind): number => changes.filter(change => kindOf(change) === kind).length;
  const others = count('other');
  const parts = [
    [count('new'), 'new'],
    [others, others === 1 ? 'other version' : 'other versions'],
    [count('gone'), 'removed'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`)
    .join(', ');
}
