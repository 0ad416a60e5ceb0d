import type { Connection, PortRef } from '../model/state';
import { createGraphStore, type GraphStore } from '../model/store';
import { decodeBinary, decodeText, FrameError } from '../protocol/codec';
import type { Event, FullState, LibraryInfo, Resumed, ServerFrame } from '../protocol/types.gen';
import type { Break, Transport } from '../transport/transport';
import { Commands } from './commands';
import { CommandError } from './errors';
import { Watches } from './watches';

/** One editor's line to one worker. State comes in through `store`; wishes go out as commands. */
export interface WorkerClient {
  readonly store: GraphStore;
  /** Sends a command. Rejects with a `CommandError` {code, message, traceback?}; nothing is ever repeated. */
  command<T = unknown>(cmd: string, kwargs?: Record<string, unknown>): Promise<T>;
  /** Asks for previews of `ports` until the returned function is called. Reference-counted; renewed after a break. */
  watch(ports: readonly PortRef[]): () => void;
  /** Connects anew at once, also when the worker was gone, and asks for the whole graph. */
  reconnect(): void;
  dispose(): void;
}

interface Batch {
  readonly first: number;
  readonly seq: number;
  readonly events: readonly Event[];
}

/** Follows a worker over `transport`, which it opens and closes. */
export function createWorkerClient(transport: Transport): WorkerClient {
  return new FollowingClient(transport);
}

class FollowingClient implements WorkerClient {
  readonly store = createGraphStore();
  readonly #commands: Commands;
  readonly #watches: Watches;
  /** Batches that came while the state was asked for; null when it is known. */
  #held: Batch[] | null = [];
  /** Whether this may be another process than the one whose events we counted. */
  #isNew = true;

  constructor(private readonly transport: Transport) {
    this.#commands = new Commands(text => transport.send(text));
    this.#watches = new Watches((cmd, ports) => this.#tellWatch(cmd, ports));
    transport.open({ received: data => this.#received(data), broken: how => this.#broken(how) });
  }

  command<T>(cmd: string, kwargs?: Record<string, unknown>): Promise<T> {
    return this.#commands.ask<T>(cmd, kwargs);
  }

  watch(ports: readonly PortRef[]): () => void {
    return this.#watches.add(ports);
  }

  reconnect(): void {
    this.#isNew = true;
    this.transport.reconnect();
    this.#show('connecting');
  }

  dispose(): void {
    this.transport.close();
    this.#commands.rejectAll();
  }

  #broken(how: Break): void {
    if (how === 'gone') this.#isNew = true;
    this.#held = [];
    this.#commands.rejectAll();
    this.#show(how);
  }

  #show(connection: Connection): void {
    this.store.getState().dispatch({ type: 'connection', connection });
  }

  #received(data: string | ArrayBuffer): void {
    try {
      if (typeof data === 'string') this.#take(decodeText(data));
      else this.#commands.settlePart(decodeBinary(data));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      console.warn('FuncNodes: a frame from the worker was skipped.', error.message);
    }
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case 'hello':
        // A worker that counts lower than we do has started anew.
        void this.#synchronise(
          this.#isNew || frame.seq < this.store.getState().seq ? 'full_state' : 'resume',
        );
        break;
      case 'result':
      case 'error':
        if (!this.#commands.settle(frame) && frame.type === 'error') {
          console.warn('FuncNodes: the worker reports', frame.error);
        }
        break;
      case 'nodespaceevents':
        this.#takeBatch(frame);
        break;
      case 'preview':
        this.store.getState().dispatch({ type: 'preview', preview: frame });
        break;
      case 'progress':
        this.store.getState().dispatch({ type: 'progress', progress: frame });
        break;
      // Single events go to clients that did not ask for batches; the others carry nothing the graph needs.
      default:
        break;
    }
  }

  /** Brings the store up to date. What comes meanwhile is held and applied afterwards. */
  async #synchronise(how: 'full_state' | 'resume', held: Batch[] = []): Promise<void> {
    this.#held = held;
    try {
      if (how === 'resume') await this.#resume();
      else await this.#askFullState();
    } catch (error) {
      this.#couldNotAsk(error);
      return;
    }
    this.#held = null;
    this.#isNew = false;
    this.#watches.renew();
    this.#show('open');
    for (const batch of held) this.#takeBatch(batch);
  }

  async #askFullState(): Promise<void> {
    const [state] = await Promise.all([
      this.#commands.ask<FullState>('full_state', { batches: true }),
      this.#askLibrary(),
    ]);
    this.store.getState().dispatch({ type: 'snapshot', state });
  }

  async #askLibrary(): Promise<void> {
    const library = await this.#commands.ask<LibraryInfo>('get_library');
    this.store.getState().dispatch({ type: 'library', library });
  }

  async #resume(): Promise<void> {
    const { seq, dispatch } = this.store.getState();
    const resumed = await this.#commands.ask<Resumed>('resume', { seq, batches: true });
    if (resumed.snapshot) dispatch({ type: 'snapshot', state: resumed.snapshot });
    const events = this.#apply(resumed);
    if (says(events, 'loaded')) await this.#askFullState();
    else if (resumed.snapshot || says(events, 'library_changed')) await this.#askLibrary();
  }

  #takeBatch(batch: Batch): void {
    if (this.#held) {
      this.#held.push(batch);
    } else if (batch.first > this.store.getState().seq + 1) {
      void this.#synchronise('resume', [batch]);
    } else {
      const events = this.#apply(batch);
      if (says(events, 'loaded')) void this.#synchronise('full_state');
      else if (says(events, 'library_changed')) this.#askLibrary().catch(error => this.#couldNotAsk(error));
    }
  }

  /** Applies what is new in a batch, and returns it. */
  #apply({ first, seq, events }: Batch): readonly Event[] {
    const state = this.store.getState();
    const fresh = events.slice(Math.max(0, state.seq + 1 - first));
    if (fresh.length > 0) state.dispatch({ type: 'batch', first, seq, events: fresh });
    return fresh;
  }

  #couldNotAsk(error: unknown): void {
    if (isBreak(error)) return;
    // What we show may be wrong now: better to say so than to go on.
    console.warn('FuncNodes: could not ask the worker for its state.', error);
    this.#isNew = true;
    this.transport.retryLater();
  }

  #tellWatch(cmd: 'watch' | 'unwatch', ports: readonly PortRef[]): void {
    // While there is no connection nothing is told: everything is, once the state is known.
    if (this.#held) return;
    const { nodes } = this.store.getState();
    const existing = ports.filter(([uuid]) => uuid in nodes);
    if (existing.length === 0) return;
    this.#commands.ask(cmd, { ports: existing }).catch(error => {
      if (isBreak(error)) return;
      // One port that another editor just removed must not hide the others.
      if (existing.length > 1) for (const port of existing) this.#tellWatch(cmd, [port]);
      else console.debug(`FuncNodes: ${cmd} was refused.`, error);
    });
  }
}

/** Whether a command failed because of the connection, which is being healed already. */
function isBreak(error: unknown): boolean {
  return error instanceof CommandError && ['ConnectionLost', 'NotConnected'].includes(error.code);
}

function says(events: readonly Event[], name: Event['event']): boolean {
  return events.some(({ event }) => event === name);
}
