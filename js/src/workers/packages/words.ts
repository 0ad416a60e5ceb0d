import type {
  MissingPackage,
  PackageChange,
  PackagePlan,
  PackageWish,
  UnknownClass,
  WorkerPackages,
} from '../../client/packages';
import { countOf, listWords } from '../../renderers/format';

/** How many names a line has room for. */
const NAMES = 4;

/** What waits for what, in a sentence or two for a banner; empty: nothing does. */
export function missingSentence(
  missing: readonly MissingPackage[],
  unknown: readonly UnknownClass[] = [],
): string {
  const packages = missing.length > 0 ? packagesSentence(missing) : '';
  const classes = unknown.length > 0 ? unknownSentence(unknown, missing) : '';
  return [packages, classes].filter(Boolean).join(' ');
}

function packagesSentence(missing: readonly MissingPackage[]): string {
  const names = missing.map(({ name, modules }) => name || (modules[0] ?? '?'));
  const all = someOf(names);
  const nodes = missing.reduce((sum, one) => sum + one.nodes, 0);
  if (nodes === 0)
    return names.length === 1 ? `A package is not installed: ${all}.` : `Packages are not installed: ${all}.`;
  const what = names.length === 1 ? 'a package that is' : 'packages that are';
  return `${countOf(nodes, 'node')} ${nodes === 1 ? 'waits' : 'wait'} for ${what} not installed: ${all}.`;
}

function unknownSentence(unknown: readonly UnknownClass[], missing: readonly MissingPackage[]): string {
  const ids = someOf(unknown.map(({ node_id: id }) => id));
  const nodes = unknown.reduce((sum, one) => sum + one.nodes, 0);
  const are = `${countOf(nodes, 'node')} ${nodes === 1 ? 'is' : 'are'} not known here`;
  const named = missing.filter(({ name }) => name).length;
  if (named > 0) return `${are}, and may be of ${named === 1 ? 'it' : 'one of them'}: ${ids}.`;
  return `${are}: ${ids}. The file does not say which package has ${nodes === 1 ? 'it' : 'them'}: choose “Packages…” to add it.`;
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMES);
  return names.length > NAMES ? `${shown.join(', ')} and ${names.length - NAMES} more` : listWords(shown);
}

/** Why some of them could not be had when they were asked for, in a sentence; empty: there is nothing to say. */
export function vainSentence(missing: readonly MissingPackage[]): string {
  const reasons = missing.filter(({ reason }) => reason).map(({ name, reason }) => reasonWords(name, reason));
  const [first, ...more] = reasons;
  if (!first) return '';
  return `Not to be had: ${first}${more.length > 0 ? `, and ${more.length} more` : ''}.`;
}

/** A reason that says whose it is, which those of resolvers mostly do. */
export function reasonWords(name: string, reason: string): string {
  return reason.split(/[\s=<>~!;,()]+/).includes(name) ? reason : `${name}: ${reason}`;
}

/** Why a restart is due. */
export function restartWords(packages: WorkerPackages | null): string {
  const outdated = packages?.outdated ?? [];
  if (outdated.length === 0) return 'The worker runs with what was there before.';
  return `The worker still runs with the old ${someOf(outdated)}.`;
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
  return add.length > 0 ? { add, partly: true } : null;
}

/** What is done when somebody agrees, on a button. */
export function verbOf(wish: PackageWish, { unavailable }: Pick<PackagePlan, 'unavailable'>): string {
  if ('restore' in wish && unavailable.length > 0) return 'Restore the others';
  if (!('restore' in wish) && wish.partly && unavailable.length > 0) return 'Install the others';
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
