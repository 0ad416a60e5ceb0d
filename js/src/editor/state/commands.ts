import { CommandError } from '../../client/errors';
import type { WorkerClient } from '../../client/worker';
import type { Edge, GraphMode, NodeMode } from '../../model/state';
import type { NodeState } from '../../protocol/types.gen';
import type { Point } from '../layout/placement';
import type { Gathering } from './grouping';
import { listenForSilence } from './silence';
import { selectOnly, type UiStore, without } from './ui';
import { addEdge, closesCircle, edgeArguments, moveEdge } from './wiring';

/** Which nodes a run is about: these alone, with what they need, or with what needs them. */
export type RunScope = 'only' | 'to' | 'from';

/** Ids of calls of what can be imported begin so. */
const CALL_PREFIX = 'py:';

type Wish = { cmd: string; kwargs: Record<string, unknown> };

/** What a person can do to the graph: each method is one wish to the worker, its failure one notice. */
export interface Commands {
  /** The node as it came to be; undefined when the worker refused. */
  addNode(
    nodeId: string,
    pos: Point,
    inputs?: Readonly<Record<string, unknown>>,
  ): Promise<NodeState | undefined>;
  remove(nodes: readonly string[], edges: readonly Edge[]): Promise<void>;
  connect(edge: Edge): Promise<void>;
  reconnect(from: Edge, to: Edge): Promise<void>;
  move(places: Readonly<Record<string, Point>>): Promise<void>;
  resize(uuid: string, size: readonly [number, number]): Promise<void>;
  rename(uuid: string, name: string): Promise<void>;
  setValue(uuid: string, io: string, value: unknown): Promise<void>;
  resetInputs(uuid: string, ios: readonly string[]): Promise<void>;
  /** How nodes take part, all of them as one step. */
  setNodeMode(uuids: readonly string[], mode: NodeMode): Promise<void>;
  /** @param timeout seconds, or null for none */
  setTimeout(uuid: string, timeout: number | null): Promise<void>;
  setRetries(uuid: string, retries: number): Promise<void>;
  setMode(mode: GraphMode): Promise<void>;
  group(gathering: Gathering): Promise<void>;
  /** Takes these frames away as one step; what stands in them stays. */
  ungroup(ids: readonly string[]): Promise<void>;
  /** Has exactly these nodes in these groups; who leaves one stands in the group around it. */
  setMembers(members: Readonly<Record<string, readonly string[]>>): Promise<void>;
  renameGroup(id: string, name: string): Promise<void>;
  colorGroup(id: string, color: string): Promise<void>;
  /** Moves all that stands in a group, which are these nodes. */
  moveGroup(id: string, by: Point, nodes: readonly string[]): Promise<void>;
  undo(): Promise<void>;
  redo(): Promise<void>;
  run(scope: 'stale' | 'all'): Promise<void>;
  runNodes(uuids: readonly string[], scope: RunScope): Promise<void>;
  cancel(uuid?: string): Promise<void>;
  /** The graph as the Python that makes it; undefined when it has no such form, which is said. */
  asCell(): Promise<string | undefined>;
  /** Lets code run that came from elsewhere: of this node, or all of it; what it holds up runs when it is asked for. */
  trust(uuid?: string): Promise<void>;
}

export function createCommands(client: WorkerClient, ui: UiStore): Commands {
  const attempt = <T>(promise: Promise<T>): Promise<T | undefined> =>
    listenForSilence(client, ui, promise).catch((error: unknown) => {
      ui.setState({ notice: { tone: 'error', text: sayError(error) } });
      return undefined;
    });

  const wish = async (cmd: string, kwargs: Record<string, unknown> = {}): Promise<void> => {
    await attempt(client.command(cmd, kwargs));
  };

  /** Several wishes as one step, all or nothing; a single one goes alone. */
  const together = async (wishes: readonly Wish[]): Promise<boolean> => {
    const [first] = wishes;
    if (!first) return true;
    const sent =
      wishes.length === 1
        ? client.command(first.cmd, first.kwargs)
        : client.command('batch', { commands: wishes });
    return (await attempt(sent.then(() => true))) === true;
  };

  /** A connection; one that closes a circle is offered again as feedback. */
  const wire = async (connecting: (feedback?: boolean) => Promise<unknown>): Promise<void> => {
    try {
      await connecting();
    } catch (error) {
      const accept = (): void => void attempt(connecting(true));
      const offer = closesCircle(error) ? { label: 'Connect as feedback', accept } : undefined;
      ui.setState({ notice: { tone: 'error', text: sayError(error), ...(offer && { offer }) } });
    }
  };

  const travel = async (cmd: 'undo' | 'redo', word: string): Promise<void> => {
    if (!client.store.getState().history[cmd]) {
      ui.setState({ notice: { tone: 'done', text: `There is nothing to ${cmd}.` } });
      return;
    }
    const answer = await attempt(client.command<{ done: string }>(cmd));
    if (answer) ui.setState({ notice: { tone: 'done', text: `${word}: ${answer.done}` } });
  };

  return {
    async addNode(nodeId, pos, inputs) {
      const frontend = { pos: [Math.round(pos.x), Math.round(pos.y)] };
      const wanted = { node_id: nodeId, frontend, ...(inputs && { inputs }) };
      const cmd = nodeId.startsWith(CALL_PREFIX) ? 'add_callable' : 'add_node';
      const node = await attempt(client.command<NodeState>(cmd, wanted));
      if (node) selectOnly(ui, [node.uuid]);
      return node;
    },
    async remove(nodes, edges) {
      // a removed node takes its edges along
      const alone = edges.filter(([src, , dst]) => !nodes.includes(src) && !nodes.includes(dst));
      await together([
        ...alone.map(edge => ({ cmd: 'remove_edge', kwargs: edgeArguments(edge) })),
        ...nodes.map(uuid => ({ cmd: 'remove_node', kwargs: { uuid } })),
      ]);
    },
    connect: edge => wire(feedback => addEdge(client, edge, feedback)),
    reconnect: (from, to) => wire(feedback => moveEdge(client, from, to, feedback)),
    async move(places) {
      const wishes = Object.entries(places).map(([uuid, { x, y }]) => ({
        cmd: 'update_node',
        kwargs: { uuid, frontend: { pos: [Math.round(x), Math.round(y)] } },
      }));
      if (await together(wishes)) return;
      ui.setState(state => ({ positions: without(state.positions, Object.keys(places)) }));
    },
    async resize(uuid, size) {
      const frontend = { size: size.map(Math.round) };
      if (await together([{ cmd: 'update_node', kwargs: { uuid, frontend } }])) return;
      ui.setState(state => ({ sizes: without(state.sizes, [uuid]) }));
    },
    rename: (uuid, name) => wish('update_node', { uuid, name }),
    setValue: (uuid, io, value) => wish('update_node', { uuid, io_id: io, value }),
    async resetInputs(uuid, ios) {
      await together(ios.map(io => ({ cmd: 'update_node', kwargs: { uuid, io_id: io, reset: true } })));
    },
    async setNodeMode(uuids, mode) {
      await together(uuids.map(uuid => ({ cmd: 'update_node', kwargs: { uuid, mode } })));
    },
    setTimeout: (uuid, timeout) => wish('update_node', { uuid, timeout }),
    setRetries: (uuid, retries) => wish('update_node', { uuid, retries }),
    setMode: mode => wish('set_mode', { mode }),
    group: ({ nodes, groups }) => wish('group_nodes', { nodes, groups }),
    async ungroup(ids) {
      await together(ids.map(id => ({ cmd: 'ungroup', kwargs: { group_id: id } })));
    },
    async setMembers(members) {
      const wishes = Object.entries(members).map(([group_id, nodes]) => ({
        cmd: 'update_group',
        kwargs: { group_id, nodes },
      }));
      await together(wishes);
    },
    renameGroup: (id, name) => wish('update_group', { group_id: id, name }),
    colorGroup: (id, color) => wish('update_group', { group_id: id, meta: { color } }),
    async moveGroup(id, by, nodes) {
      const still = by.x === 0 && by.y === 0;
      const kwargs = { group_id: id, by: [by.x, by.y] };
      if (!still && (await together([{ cmd: 'update_group', kwargs }]))) return;
      ui.setState(state => ({ positions: without(state.positions, nodes) }));
    },
    trust: uuid => wish('trust_code', uuid === undefined ? {} : { nodes: [uuid] }),
    asCell: () => attempt(client.command<string>('export_cell', { form: 'cell' })),
    undo: () => travel('undo', 'Undone'),
    redo: () => travel('redo', 'Done again'),
    run: scope => wish('run', { scope }),
    async runNodes(uuids, scope) {
      const [only] = uuids;
      if (only === undefined) return;
      // alone a node also says why it cannot run
      if (scope === 'only' && uuids.length === 1) return wish('trigger_node', { uuid: only });
      const answer = await attempt(client.command<{ requested: number }>('run', { nodes: uuids, scope }));
      if (answer?.requested === 0) ui.setState({ notice: { tone: 'done', text: NOTHING_TO_RUN[scope] } });
    },
    async cancel(uuid) {
      const answer = client.command('cancel', uuid === undefined ? {} : { node: uuid });
      await attempt(answer.catch(unlessLost));
    },
  };
}

/** When the connection broke before an answer came, what became of the wish is seen once it is back. */
function unlessLost(error: unknown): void {
  if (!(error instanceof CommandError) || error.code !== 'ConnectionLost') throw error;
}

const NOTHING_TO_RUN: Readonly<Record<RunScope, string>> = {
  only: 'None of these nodes can run.',
  to: 'Nothing to run: all of it is up to date.',
  from: 'Nothing to run from here on.',
};

/** An error as one line for a person: no class name, what happened and what to do. */
export function sayError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof CommandError && error.code === 'NotConnected') {
    return 'Not connected to the worker: nothing was changed.';
  }
  return withoutClassName(error.message);
}

/** `CycleError: …` without its first word: the sentence says it better. */
export function withoutClassName(message: string): string {
  const text = message.replace(/^[A-Za-z_.]*(Error|Exception):\s*/, '');
  return text || message;
}
