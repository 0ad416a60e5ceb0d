import { describe, expect, it } from 'vitest';
import { reduce } from '../../src/model/reduce';
import { EMPTY_GRAPH, edgeKey, type GraphState, portKey } from '../../src/model/state';
import type { EdgeData, Event, FullState, NodeState } from '../../src/protocol/types.gen';
import { added, failure, fullState, group, node, preview, renamed } from '../samples';

const ERROR = failure();
const EDGE = ['n1', 'out', 'n2', 'a'] as const;

function opened(): GraphState {
  const full = fullState(10, { previews: [preview('n1', '1')] });
  return reduce(EMPTY_GRAPH, { type: 'snapshot', state: full });
}

function withEvents(state: GraphState, ...events: Event[]): GraphState {
  const first = state.seq + 1;
  return reduce(state, { type: 'batch', first, seq: state.seq + events.length, events });
}

describe('events about one node', () => {
  const cases: [string, Event, Partial<NodeState>][] = [
    [
      'node_updated',
      { event: 'node_updated', data: { uuid: 'n1', changed: { pos: [5, 6] } } },
      { pos: [5, 6] },
    ],
    ['node_triggered', { event: 'node_triggered', data: { uuid: 'n1' } }, { state: 'running', error: null }],
    [
      'node_done',
      { event: 'node_done', data: { uuid: 'n1', seconds: 0.5 } },
      { state: 'done', seconds: 0.5, stale: false, error: null, progress: null },
    ],
    [
      'node_error',
      { event: 'node_error', data: { uuid: 'n1', error: 'no', traceback: '…', info: ERROR } },
      { state: 'error', error: ERROR, progress: null },
    ],
    [
      'node_progress',
      { event: 'node_progress', data: { uuid: 'n1', progress: 0.25, message: '1 of 4' } },
      { progress: { fraction: 0.25, text: '1 of 4' } },
    ],
  ];

  it.each(cases)('%s', (_name, event, expected) => {
    const before = reduce(opened(), {
      type: 'event',
      event: { event: 'node_updated', data: { uuid: 'n1', changed: { stale: true, error: ERROR } } },
    });
    const now = withEvents(before, event);
    expect(now.nodes.n1).toMatchObject(expected);
    expect(now.nodes.n2).toBe(before.nodes.n2);
    expect(now.edges).toBe(before.edges);
  });

  it('node_log adds lines, and the next run begins without them', () => {
    const lines = [{ text: 'read 344 rows' }, { text: 'slow', kind: 'warning' as const }];
    const logged = withEvents(opened(), { event: 'node_log', data: { uuid: 'n1', first: 0, lines } });
    expect(logged.nodes.n1?.log).toEqual({ first: 0, lines });
    // The worker may tell of a run when its first lines are known already, with the node that was just added.
    const running = withEvents(logged, { event: 'node_triggered', data: { uuid: 'n1' } });
    expect(running.nodes.n1?.log?.lines).toEqual(lines);
    const again = withEvents(running, { event: 'node_log', data: { uuid: 'n1', first: 0, lines: [] } });
    expect(again.nodes.n1?.log?.lines).toEqual([]);
  });

  it('about a node that is not there changes no node', () => {
    const before = opened();
    expect(withEvents(before, renamed('nobody', 'x')).nodes).toBe(before.nodes);
  });
});

describe('events about a port', () => {
  const value = { text: '3.5', type: 'float', value: 3.5 };

  it('io_value_changed sets the value of that port only', () => {
    const before = opened();
    const now = withEvents(before, {
      event: 'io_value_changed',
      data: { node_uuid: 'n1', io_id: 'b', io_type: 'input', value },
    });
    expect(now.nodes.n1?.io.map(port => port.value)).toEqual([null, value, null]);
    expect(now.nodes.n1?.io[0]).toBe(before.nodes.n1?.io[0]);
    expect(now.nodes.n2).toBe(before.nodes.n2);
  });

  it('io_options_changed sets the options', () => {
    const now = withEvents(opened(), {
      event: 'io_options_changed',
      data: { node_uuid: 'n1', io_id: 'a', value_options: { options: ['x'] } },
    });
    expect(now.nodes.n1?.io[0]?.value_options).toEqual({ options: ['x'] });
  });
});

describe('events about structure', () => {
  it('node_added', () => {
    expect(Object.keys(withEvents(opened(), added('n3')).nodes)).toEqual(['n1', 'n2', 'n3']);
  });

  it('node_removed takes edges and previews of the node along', () => {
    const now = withEvents(opened(), { event: 'node_removed', data: { uuid: 'n1' } });
    expect(now).toMatchObject({ edges: {}, previews: {} });
    expect(Object.keys(now.nodes)).toEqual(['n2']);
  });

  it('edge_added and edge_removed', () => {
    const data = { src: ['n1', 'out'], dst: ['n2', 'b'] } as { src: [string, string]; dst: [string, string] };
    const more = withEvents(opened(), { event: 'edge_added', data });
    expect(Object.values(more.edges)).toEqual([EDGE, ['n1', 'out', 'n2', 'b']]);
    const less = withEvents(more, { event: 'edge_removed', data });
    expect(Object.keys(less.edges)).toEqual([edgeKey(EDGE)]);
  });

  it('what is to be said about an edge comes and goes with it', () => {
    const data: EdgeData = { src: ['n2', 'out'], dst: ['n1', 'a'], feedback: true };
    const key = edgeKey(['n2', 'out', 'n1', 'a']);
    const noted = withEvents(opened(), { event: 'edge_added', data });
    expect(noted.edgeNotes).toEqual({ [key]: { feedback: true, warning: '' } });
    expect(withEvents(noted, { event: 'edge_removed', data }).edgeNotes).toEqual({});
    expect(withEvents(noted, { event: 'node_removed', data: { uuid: 'n2' } }).edgeNotes).toEqual({});
    expect(withEvents(noted, { event: 'edge_added', data: { ...data, feedback: false } }).edgeNotes).toEqual(
      {},
    );
  });

  it('cleared empties the graph', () => {
    expect(withEvents(opened(), { event: 'cleared', data: {} })).toMatchObject({
      nodes: {},
      edges: {},
      previews: {},
    });
  });
});

describe('other events', () => {
  it.each(['client_connected', 'client_disconnected'] as const)('%s counts the clients', event => {
    expect(withEvents(opened(), { event, data: { clients: 3 } }).clients).toBe(3);
  });

  it('mode_changed and history_changed', () => {
    const now = withEvents(
      opened(),
      { event: 'mode_changed', data: { mode: 'paused' } },
      { event: 'history_changed', data: { undo: 'Move n1', redo: '' } },
    );
    expect(now).toMatchObject({ mode: 'paused', history: { undo: 'Move n1', redo: '' } });
  });

  it.each([
    { event: 'loaded', data: {} },
    { event: 'library_changed', data: {} },
    { event: 'something_new', data: { a: 1 } } as unknown as Event,
  ] as Event[])('$event leaves the graph as it is', event => {
    const before = opened();
    expect(withEvents(before, event)).toEqual({ ...before, seq: 11 });
  });
});

describe('batches', () => {
  it('are applied in order', () => {
    const now = withEvents(opened(), added('n3'), renamed('n3', 'x'), renamed('n3', 'y'));
    expect(now.nodes.n3?.name).toBe('y');
    expect(now.seq).toBe(13);
  });

  it('that are known already change nothing', () => {
    const before = opened();
    expect(reduce(before, { type: 'batch', first: 9, seq: 10, events: [renamed('n1', 'old')] })).toBe(before);
  });

  it('do not touch the state they start from', () => {
    const before = opened();
    const copy = structuredClone(before);
    withEvents(
      before,
      added('n3'),
      { event: 'node_removed', data: { uuid: 'n1' } },
      { event: 'cleared', data: {} },
    );
    expect(before).toEqual(copy);
  });
});

describe('snapshots', () => {
  it('replace everything, and keep the identity of what is the same', () => {
    const before = opened();
    const full = fullState(20, { nodes: [node('n1'), node('n3')], edges: [] });
    const now = reduce(before, { type: 'snapshot', state: full });
    expect(now.nodes.n1).toBe(before.nodes.n1);
    expect(Object.keys(now.nodes)).toEqual(['n1', 'n3']);
    expect(now).toMatchObject({ seq: 20, edges: {}, worker: { name: 'demo' } });
  });

  it('bring the mode, the history and what is to be said about edges', () => {
    const now = reduce(opened(), {
      type: 'snapshot',
      state: fullState(20, {
        mode: 'paused',
        history: { undo: 'Add n2', redo: 'Move n1' },
        edge_notes: [{ src: ['n1', 'out'], dst: ['n2', 'a'], warning: 'text is no number' }],
      }),
    });
    expect(now).toMatchObject({
      mode: 'paused',
      history: { undo: 'Add n2', redo: 'Move n1' },
      edgeNotes: { [edgeKey(EDGE)]: { feedback: false, warning: 'text is no number' } },
    });
  });

  it('keep previews of nodes that are still there, until newer ones come', () => {
    const before = opened();
    const key = portKey('n1', 'out');
    expect(reduce(before, { type: 'snapshot', state: fullState(20) }).previews[key]).toBe(
      before.previews[key],
    );
    const newer = reduce(before, {
      type: 'snapshot',
      state: fullState(20, { previews: [preview('n1', '2')] }),
    });
    expect(newer.previews[key]?.data).toEqual({ 'text/plain': '2' });
    const without = reduce(before, {
      type: 'snapshot',
      state: fullState(20, { nodes: [node('n2')], edges: [] }),
    });
    expect(without.previews).toEqual({});
  });
});

describe('the rest', () => {
  it('a preview replaces the older one of its port', () => {
    const now = reduce(opened(), { type: 'preview', preview: preview('n1', '2') });
    expect(Object.values(now.previews)).toEqual([preview('n1', '2')]);
  });

  it('a preview of a node that is gone is dropped', () => {
    const before = opened();
    expect(reduce(before, { type: 'preview', preview: preview('nobody', '2') })).toBe(before);
  });

  it('what the worker says of itself is kept, the newest only', () => {
    const full = {
      type: 'progress',
      text: 'The disk is full.',
      progress: 0,
      workerid: 'w',
      done: false,
    } as const;
    expect(reduce(EMPTY_GRAPH, { type: 'progress', progress: full }).announced).toBe(full);
  });

  it('the library and the connection are taken as they are', () => {
    const library = { shelves: [], packs: [] };
    expect(reduce(EMPTY_GRAPH, { type: 'library', library }).library).toBe(library);
    expect(reduce(EMPTY_GRAPH, { type: 'connection', connection: 'lost' }).connection).toBe('lost');
    expect(reduce(EMPTY_GRAPH, { type: 'connection', connection: 'connecting' })).toBe(EMPTY_GRAPH);
  });
});

describe('ids that every object knows', () => {
  it.each(['__proto__', 'constructor', 'toString'])('%s is a node like any other', id => {
    const empty = reduce(EMPTY_GRAPH, { type: 'snapshot', state: fullState(10, { nodes: [], edges: [] }) });
    expect(empty.nodes[id]).toBeUndefined();
    expect(reduce(empty, { type: 'preview', preview: preview(id, '1') })).toBe(empty);
    const full = withEvents(empty, {
      event: 'node_added',
      data: { uuid: id, node_id: 'x', serialized: node(id) },
    });
    expect(Object.keys(full.nodes)).toEqual([id]);
    expect(Object.values(withEvents(full, renamed(id, 'new')).nodes).map(({ name }) => name)).toEqual([
      'new',
    ]);
    expect(Object.keys(withEvents(full, { event: 'node_removed', data: { uuid: id } }).nodes)).toEqual([]);
  });
});

describe('groups', () => {
  const changed = (group_id: string, now: ReturnType<typeof group> | null): Event => ({
    event: 'group_changed',
    data: { group_id, group: now },
  });

  it('come, change and go by events, and the others keep their identity', () => {
    const made = withEvents(opened(), changed('g', group(['n1'])), changed('h', group(['n2'])));
    expect(made.groups).toEqual({ g: group(['n1']), h: group(['n2']) });
    const renamed = group(['n1'], { meta: { name: 'Read', color: 'blue', collapsed: false } });
    const now = withEvents(made, changed('g', renamed));
    expect(now.groups.g).toEqual(renamed);
    expect(now.groups.h).toBe(made.groups.h);
    expect(now.nodes).toBe(made.nodes);
    expect(withEvents(now, changed('g', null), changed('nobody', null)).groups).toEqual({ h: group(['n2']) });
  });

  it('come with a snapshot, which keeps what is the same, and go when everything does', () => {
    const first = reduce(EMPTY_GRAPH, {
      type: 'snapshot',
      state: fullState(10, { groups: { g: group(['n1']), h: group([]) } }),
    });
    const again = reduce(first, { type: 'snapshot', state: fullState(11, { groups: { g: group(['n1']) } }) });
    expect(again.groups).toEqual({ g: group(['n1']) });
    expect(again.groups.g).toBe(first.groups.g);
    expect(withEvents(again, { event: 'cleared', data: {} }).groups).toEqual({});
  });

  it('are none in a worker of an older version', () => {
    const { groups: _, ...older } = fullState(10);
    const state = reduce(EMPTY_GRAPH, { type: 'snapshot', state: older as FullState });
    expect(state.groups).toEqual({});
  });

  it('may be called as objects are that nobody made', () => {
    const now = withEvents(opened(), changed('__proto__', group(['n1'])), changed('constructor', null));
    expect(Object.keys(now.groups)).toEqual(['__proto__']);
  });
});
