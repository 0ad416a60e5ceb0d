import { portKey } from '../model/state';
import { createGraphStore } from '../model/store';
import type { FullState, TablePage } from '../protocol/types.gen';
import { CommandError } from './errors';
import type { WorkerClient } from './worker';

/** A graph as it once was, with nobody behind it. */
export interface Snapshot {
  readonly state: FullState;
  /** Values that are longer than what the state says of them, by port key. */
  readonly texts?: Readonly<Record<string, string>>;
}

const TABLE_MIME = 'application/vnd.funcnodes.table+json';

/** A line to no worker: it tells what a snapshot holds, and refuses every change. */
export function createSnapshotClient({ state, texts = {} }: Snapshot): WorkerClient {
  const store = createGraphStore();
  store.getState().dispatch({ type: 'snapshot', state });
  store.getState().dispatch({ type: 'connection', connection: 'open' });

  const wholeValue = (node: string, io: string): unknown => {
    const key = portKey(node, io);
    if (Object.hasOwn(texts, key)) return texts[key];
    const value = store.getState().nodes[node]?.io.find(port => port.id === io && port.is_input)?.value;
    return value?.value ?? value?.text ?? '';
  };

  const tablePage = (node: string, io: string, offset: number, limit: number): TablePage => {
    const page = store.getState().previews[portKey(node, io)]?.data[TABLE_MIME] as TablePage | undefined;
    if (!page) throw new CommandError('NoValueError', 'The snapshot holds no table here.');
    return { ...page, offset, rows: page.rows.slice(offset, offset + limit) };
  };

  const answer = (cmd: string, { node, io, offset, limit }: Record<string, unknown>): unknown => {
    if (cmd === 'get_io_full_value') return wholeValue(String(node), String(io));
    if (cmd === 'get_table_page') return tablePage(String(node), String(io), Number(offset), Number(limit));
    throw new CommandError('ReadOnlyError', 'This is a snapshot of a graph: it cannot be changed.');
  };

  return {
    store,
    // async, so that a refusal is a rejection
    command: async <T>(cmd: string, kwargs: Record<string, unknown> = {}) => answer(cmd, kwargs) as T,
    watch: () => () => undefined,
    reconnect: () => undefined,
    dispose: () => undefined,
  };
}
