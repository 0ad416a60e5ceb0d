import type { WorkerRecord } from '../src/client/manager';
import type {
  ErrorInfo,
  Event,
  FullState,
  GroupState,
  NodeState,
  PortState,
  Preview,
} from '../src/protocol/types.gen';

export function worker(uuid: string, changes: Partial<WorkerRecord> = {}): WorkerRecord {
  return {
    uuid,
    name: uuid,
    state: 'running',
    activity: '',
    detail: '',
    cwd: '/home',
    pid: 1,
    created: '2024-01-01',
    environment: 'server',
    preparing: false,
    autostart: false,
    detached: false,
    detached_next: false,
    idle_timeout: null,
    memory_limit: null,
    ...changes,
  };
}

export function port(id: string, changes: Partial<PortState> = {}): PortState {
  return {
    id,
    name: id,
    is_input: true,
    kind: 'number',
    type: 'float',
    description: '',
    required: true,
    hidden: false,
    value: null,
    value_options: {},
    render_options: {},
    ...changes,
  };
}

export function node(uuid: string, changes: Partial<NodeState> = {}): NodeState {
  return {
    uuid,
    node_id: 'math.add',
    name: uuid,
    title: 'Add',
    description: '',
    source: '',
    io: [port('a'), port('b'), port('out', { is_input: false })],
    preview_io: null,
    pos: [0, 0],
    size: null,
    collapsed: false,
    state: 'idle',
    stale: false,
    missing: [],
    blame: '',
    seconds: null,
    error: null,
    progress: null,
    unknown: false,
    mode: 'enabled',
    timeout: null,
    retries: 0,
    stubborn: false,
    untrusted: false,
    ...changes,
  };
}

export function failure(changes: Partial<ErrorInfo> = {}): ErrorInfo {
  return {
    text: 'ValueError: no',
    type: 'ValueError',
    traceback: '…',
    function: 'f',
    line: 3,
    inputs: {},
    ...changes,
  };
}

export function preview(uuid: string, text: string): Preview {
  const data = { 'text/plain': text };
  return { type: 'preview', node: uuid, io: 'out', data, stale: false, renderer: '', value_type: 'str' };
}

export function fullState(seq: number, changes: Partial<FullState> = {}): FullState {
  return {
    seq,
    worker: { uuid: 'w1', name: 'demo' },
    nodes: [node('n1'), node('n2')],
    edges: [['n1', 'out', 'n2', 'a']],
    edge_notes: [],
    groups: {},
    previews: [],
    mode: 'reactive',
    ...changes,
  };
}

export function group(node_ids: string[], changes: Partial<GroupState> = {}): GroupState {
  const meta = { name: '', color: '', collapsed: false };
  return { node_ids, child_groups: [], parent_group: null, meta, ...changes };
}

export function added(uuid: string): Event {
  return { event: 'node_added', data: { uuid, node_id: 'math.add', serialized: node(uuid) } };
}

export function renamed(uuid: string, name: string): Event {
  return { event: 'node_updated', data: { uuid, changed: { name } } };
}

/** A binary frame: the header's length, the header, the payload. */
export function binary(header: string, payload: string): ArrayBuffer {
  const [head, body] = [header, payload].map(text => new TextEncoder().encode(text)) as [
    Uint8Array,
    Uint8Array,
  ];
  const bytes = new Uint8Array(4 + head.length + body.length);
  new DataView(bytes.buffer).setUint32(0, head.length);
  bytes.set(head, 4);
  bytes.set(body, 4 + head.length);
  return bytes.buffer;
}
