import { type AskOptions, request } from '../transport/http';
import { type LineOptions, requestInLines } from '../transport/lines';
import type { ServerAddress } from '../transport/server';

/** Whose packages a worker sees: the server's, its own, or its own first and the server's behind them. */
export type EnvironmentKind = 'server' | 'own' | 'shared';

/** A package that a worker sees. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Somebody asked for it; others came with those. */
  readonly asked: boolean;
  /** Those of the server cannot be changed from a worker. */
  readonly from: 'environment' | 'server';
  /** A line, or nothing. */
  readonly summary: string;
}

/** What a graph or a lock needs and is not there. */
export interface MissingPackage {
  /** Empty where nobody knows which package brings the modules. */
  readonly name: string;
  /** What to ask for; empty without a name. */
  readonly requirement: string;
  readonly modules: readonly string[];
  /** How many nodes wait for it; 0: only the lock names it. */
  readonly nodes: number;
  /** Why it could not be had when it was asked for last; empty: it was not asked for. */
  readonly reason: string;
}

/** A class of nodes that the worker does not have, and of which nobody says where it comes from. */
export interface UnknownClass {
  readonly node_id: string;
  readonly nodes: number;
}

/** The packages of a worker, and what may be done with them. */
export interface WorkerPackages {
  readonly environment: EnvironmentKind;
  /** Empty as long as its own environment was not made. */
  readonly python: string;
  /** By name. */
  readonly packages: readonly InstalledPackage[];
  readonly missing: readonly MissingPackage[];
  readonly unknown: readonly UnknownClass[];
  /** The worker runs with what was there before, until it is restarted. */
  readonly needs_restart: boolean;
  /** What of it runs in another version than is installed; nothing, where all of it is of another environment. */
  readonly outdated: readonly string[];
  /** They differ from the lock. */
  readonly restorable: boolean;
  readonly may_change: boolean;
  /** A sentence with a remedy; empty when they may be changed. */
  readonly why_not: string;
  /** An administrator forbids all changes. */
  readonly forbidden: boolean;
  /** Patterns of the names that the administrator allows; null: any. */
  readonly allowed: readonly string[] | null;
  /** A change goes on. */
  readonly changing: boolean;
}

/** What a person wants of the packages. */
export type PackageWish =
  | {
      readonly add?: readonly string[];
      readonly remove?: readonly string[];
      /** `['*']`: all that were asked for. */
      readonly upgrade?: readonly string[];
      /** What of `add` cannot be had is left out. */
      readonly partly?: boolean;
    }
  | { readonly restore: true };

/** What becomes of one package; `from` null: it is new, `to` null: it goes. */
export interface PackageChange {
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What is wished for, too, and cannot be had, with the reason in a line. */
export interface UnavailablePackage {
  readonly name: string;
  readonly requirement: string;
  readonly reason: string;
}

/** What a wish comes to; nothing is changed before somebody agrees. */
export interface PackagePlan {
  readonly plan: string;
  readonly changes: readonly PackageChange[];
  /** The changes are without these. */
  readonly unavailable: readonly UnavailablePackage[];
  /** The running worker has imported what changes, or may have. */
  readonly restart: boolean;
  readonly nothing: boolean;
}

/** A package as the indexes have it. */
export interface FoundPackage {
  readonly name: string;
  readonly summary: string;
  /** The newest first. */
  readonly versions: readonly string[];
  readonly requires_python: string;
}

/** The packages of workers. Rejects with an `ApiError` whose text may have lines: the first says what helps. */
export interface PackagesClient {
  of(uuid: string): Promise<WorkerPackages>;
  find(name: string, options?: AskOptions): Promise<FoundPackage>;
  /** Tells of what is tried when not all of it can be had. */
  plan(uuid: string, wish: PackageWish, options?: LineOptions): Promise<PackagePlan>;
  /** Begins to carry out a plan; how it goes on is told as news of the manager. */
  apply(uuid: string, plan: string): Promise<unknown>;
  /** Undoes a change that goes on; fulfilled when all is as it was, with false when nothing went on. */
  cancel(uuid: string): Promise<boolean>;
}

export function createPackagesClient(server: ServerAddress): PackagesClient {
  const at = (uuid: string): string => `api/workers/${uuid}/packages`;
  return {
    of: uuid => request(server, 'GET', at(uuid)),
    find: (name, options) =>
      request(server, 'GET', `api/packages?name=${encodeURIComponent(name)}`, undefined, options),
    plan: (uuid, wish, options) => requestInLines(server, `${at(uuid)}/plan`, wish, options),
    apply: (uuid, plan) => request(server, 'POST', `${at(uuid)}/apply`, { plan }),
    async cancel(uuid) {
      const { cancelled } = await request<{ cancelled: boolean }>(server, 'POST', `${at(uuid)}/cancel`, {});
      return cancelled;
    },
  };
}
