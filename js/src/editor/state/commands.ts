import { CommandError } from '../../client/errors';
import type { WorkerClient } from '../../client/worker';
import type { Edge } from '../../model/state';
import type { NodeState } from '../../protocol/types.gen';
import type { Point } from '../layout/placement';
import { selectOnly, type UiStore, without } from './ui';

type Wish = { cmd: string; kwargs: Record<string, unknown> };

/** What a person can do to the graph: each method is one wish to the worker, its failure one notice. */
export interface Commands {
  /** The node as it came to be; undefined when the worker refused. */
  addNode(nodeId: string, pos: Point): Promise<NodeState | undefined>;
  remove(nodes: readonly string[], edges: readonly Edge[]): Promise<void>;
  connect(edge: Edge): Promise<void>;
  reconnect(from: Edge, to: Edge): Promise<void>;
  move(places: Readonly<Record<string, Point>>): Promise<void>;
  resize(uuid: string, size: readonly [number, number]): Promise<void>;
  rename(uuid: string, name: string): Promise<void>;
  setValue(uuid: string, io: string, value: unknown): Promise<void>;
  resetInputs(uuid: string, ios: readonly string[]): Promise<void>;
  run(scope: 'stale' | 'all'): Promise<void>;
  runTo(uuid: string): Promise<void>;
  runNode(uuid: string): Promise<void>;
  cancel(uuid?: string): Promise<void>;
}

export function createCommands(client: WorkerClient, ui: UiStore): Commands {
  const attempt = <T>(promise: Promise<T>): Promise<T | undefined> =>
    promise.catch((error: unknown) => {
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

  return {
    async addNode(nodeId, pos) {
      const frontend = { pos: [Math.round(pos.x), Math.round(pos.y)] };
      const node = await attempt(client.command<NodeState>('add_node', { node_id: nodeId, frontend }));
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
    async connect(edge) {
      const kwargs = edgeArguments(edge);
      await attempt(
        client.command('add_edge', kwargs).catch((error: unknown) => {
          if (!(error instanceof CommandError) || error.code !== 'MultipleConnectionsError') throw error;
          return client.command('add_edge', { ...kwargs, replace: true });
        }),
      );
    },
    async reconnect(from, to) {
      await together([
        { cmd: 'remove_edge', kwargs: edgeArguments(from) },
        { cmd: 'add_edge', kwargs: { ...edgeArguments(to), replace: true } },
      ]);
    },
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
    run: scope => wish('run', { scope }),
    runTo: uuid => wish('run', { nodes: [uuid], scope: 'to' }),
    runNode: uuid => wish('trigger_node', { uuid }),
    cancel: uuid => wish('cancel', uuid === undefined ? {} : { node: uuid }),
  };
}

export function edgeArguments([src, srcIo, dst, dstIo]: Edge): Record<string, unknown> {
  return { src_uuid: src, src_io: srcIo, dst_uuid: dst, dst_io: dstIo };
}

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
