import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ManagerClient } from '../../client/manager';
import type { Work } from '../../client/news';
import type {
  EnvironmentKind,
  PackageChange,
  PackagePlan,
  PackageWish,
  WorkerPackages,
} from '../../client/packages';
import { ApiError } from '../../transport/http';

/** How a change of packages ended. */
export interface Outcome {
  readonly stage: Exclude<Work['stage'], 'going'>;
  /** Why it failed, in lines. */
  readonly why: string;
}

/** Where the person is: looking, waiting to see what would change, deciding, watching, done. */
export type Step =
  | { readonly at: 'list' }
  | { readonly at: 'planning' }
  | { readonly at: 'plan'; readonly wish: PackageWish; readonly plan: PackagePlan }
  | { readonly at: 'changing'; readonly cancelling: boolean }
  | { readonly at: 'ended'; readonly outcome: Outcome };

export interface DeskState {
  /** Null until it has come. */
  readonly packages: WorkerPackages | null;
  /** What the tools say just now. */
  readonly lines: readonly string[];
  readonly step: Step;
  /** Why the last wish, or the list itself, could not be had. */
  readonly refusal: string;
  /** What was changed counts after a restart of the worker, which may be on its way. */
  readonly restart: 'none' | 'due' | 'going';
  /** What was agreed to here; nothing of what others agreed to. */
  readonly agreed: readonly PackageChange[];
  /** What is typed to be added: it stays there when it is refused. */
  readonly typed: string;
}

/** The packages of one worker at hand: nothing is changed here before somebody has seen what and agreed. */
export interface PackageDesk {
  readonly store: StoreApi<DeskState>;
  /** Asks what there is. */
  load(): Promise<void>;
  /** Asks what a wish comes to. */
  plan(wish: PackageWish): Promise<void>;
  /** Carries out the plan that was shown. */
  agree(): Promise<void>;
  /** Gives up what goes on. */
  cancel(): Promise<void>;
  /** Back to the list. */
  back(): void;
  /** Gives the worker an environment of its own, from its next start on. */
  move(environment: EnvironmentKind): Promise<void>;
  restart(): Promise<void>;
  type(text: string): void;
  dispose(): void;
}

export function createPackageDesk(manager: ManagerClient, uuid: string): PackageDesk {
  return new Desk(manager, uuid);
}

const LIST: Step = { at: 'list' };

class Desk implements PackageDesk {
  readonly store = createStore<DeskState>(() => ({
    packages: null,
    lines: [],
    step: LIST,
    refusal: '',
    restart: 'none',
    agreed: [],
    typed: '',
  }));
  #asking: AbortController | null = null;
  readonly #unsubscribe: () => void;

  constructor(
    private readonly manager: ManagerClient,
    private readonly uuid: string,
  ) {
    const going = manager.news.getState().changes[uuid];
    if (going?.stage === 'going') this.#follow(going);
    this.#unsubscribe = manager.news.subscribe(({ changes, environments }, before) => {
      const change = changes[uuid];
      if (change && change !== before.changes[uuid]) this.#follow(change);
      const made = environments[uuid];
      if (made && made !== before.environments[uuid] && this.#at('planning'))
        this.store.setState({ lines: made.lines });
    });
  }

  async load(): Promise<void> {
    try {
      const packages = await this.manager.packages.of(this.uuid);
      const { restart } = this.store.getState();
      this.store.setState({
        packages,
        ...(packages.needs_restart && restart === 'none' && { restart: 'due' }),
      });
      // of another window, or lost sight of
      if (packages.changing && this.#at('list')) this.#show({ at: 'changing', cancelling: false });
      if (!packages.changing && this.#isLost()) this.#end('lost');
    } catch (error) {
      this.store.setState({ refusal: textOf(error) });
    }
  }

  async plan(wish: PackageWish): Promise<void> {
    if (this.#at('planning') || this.#at('changing')) return;
    this.#asking = new AbortController();
    this.#show({ at: 'planning' });
    try {
      const plan = await this.manager.packages.plan(this.uuid, wish, {
        signal: this.#asking.signal,
        onLine: line => {
          if (this.#at('planning')) this.store.setState(({ lines }) => ({ lines: [...lines, line] }));
        },
      });
      if (!this.#at('planning')) return;
      this.#show({ at: 'plan', wish, plan });
      if (plan.unavailable.length > 0) await this.load(); // the list says by now why they are missing
    } catch (error) {
      if (this.#at('planning')) this.#refuse(error);
    }
  }

  async agree(): Promise<void> {
    const { step } = this.store.getState();
    if (step.at !== 'plan') return;
    this.#show({ at: 'changing', cancelling: false });
    this.store.setState({ agreed: step.plan.changes });
    try {
      await this.manager.packages.apply(this.uuid, step.plan.plan);
    } catch (error) {
      this.#refuse(error);
    }
  }

  async cancel(): Promise<void> {
    if (this.#at('planning')) {
      this.#asking?.abort();
      this.back();
    } else if (this.#at('changing')) {
      this.store.setState({ step: { at: 'changing', cancelling: true } });
      try {
        // how it ended comes as news, unless it had ended already
        if (!(await this.manager.packages.cancel(this.uuid)) && this.#at('changing')) this.#end('lost');
      } catch (error) {
        this.store.setState({ step: { at: 'changing', cancelling: false }, refusal: textOf(error) });
      }
    }
  }

  back(): void {
    this.#show(LIST);
  }

  async move(environment: EnvironmentKind): Promise<void> {
    try {
      await this.manager.configure(this.uuid, { environment });
      this.store.setState({ refusal: '', restart: this.#isRunning() ? 'due' : 'none' });
      await this.load();
    } catch (error) {
      this.#refuse(error);
    }
  }

  async restart(): Promise<void> {
    this.store.setState({ restart: 'going' });
    try {
      await this.manager.restart(this.uuid);
      this.store.setState({ restart: 'none' });
      await this.load();
    } catch (error) {
      this.store.setState({ restart: 'due', refusal: textOf(error) });
    }
  }

  type(typed: string): void {
    this.store.setState({ typed });
  }

  dispose(): void {
    this.#asking?.abort();
    this.#unsubscribe();
  }

  /** Shows how a change goes, whoever agreed to it. */
  #follow({ stage, lines, why, restart }: Work): void {
    if (stage === 'going') {
      const { step } = this.store.getState();
      const cancelling = step.at === 'changing' && step.cancelling;
      this.store.setState({ step: { at: 'changing', cancelling }, lines });
    } else if (stage === 'lost') {
      void this.load(); // when it is back, or fails to be
    } else {
      if (stage === 'done') this.store.setState({ typed: '', ...(restart && { restart: 'due' }) });
      this.store.setState({ lines });
      this.#end(stage, why);
    }
  }

  #end(stage: Outcome['stage'], why = ''): void {
    this.store.setState({ step: { at: 'ended', outcome: { stage, why } }, refusal: '' });
    void this.load();
  }

  #show(step: Step): void {
    this.store.setState({ step, lines: [], refusal: '', agreed: [] });
  }

  #refuse(error: unknown): void {
    const isOurs = error instanceof ApiError && error.code === 'Aborted';
    this.store.setState({ step: LIST, lines: [], refusal: isOurs ? '' : textOf(error) });
  }

  #at(where: Step['at']): boolean {
    return this.store.getState().step.at === where;
  }

  #isLost(): boolean {
    return this.#at('changing') && this.manager.news.getState().changes[this.uuid]?.stage === 'lost';
  }

  #isRunning(): boolean {
    const { workers } = this.manager.store.getState();
    return workers.some(worker => worker.uuid === this.uuid && worker.state === 'running');
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
