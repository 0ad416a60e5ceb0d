import type { Edge as FlowEdgeBase } from '@xyflow/react';
import type { Edge, EdgeNote, GraphState } from '../../model/state';
import type { NodeState, PortKind } from '../../protocol/types.gen';
import type { UiState } from '../state/ui';
import { handleId } from './handleId';

export interface FlowEdgeData extends Record<string, unknown> {
  readonly edge: Edge;
  readonly kind: PortKind;
  /** Data is on its way: the source runs. */
  readonly flowing: boolean;
  /** What it carries comes from an outdated run. */
  readonly stale: boolean;
  /** Its source is disabled: nothing comes. */
  readonly silent: boolean;
  readonly note: EdgeNote | undefined;
  readonly hovered: boolean;
}

export type FlowEdge = FlowEdgeBase<FlowEdgeData, 'wire'>;

/** Turns the graph's edges into React Flow's; what did not change is the very same object as before. */
export function createEdgeBuilder(): (
  graph: Pick<GraphState, 'nodes' | 'edges' | 'edgeNotes'>,
  selected: UiState['selectedEdges'],
  hovered: UiState['hoveredEdge'],
) => FlowEdge[] {
  let built = new Map<string, FlowEdge>();
  return (graph, selected, hovered) => {
    const next: typeof built = new Map();
    for (const [key, edge] of Object.entries(graph.edges)) {
      const source = graph.nodes[edge[0]];
      if (!source || !graph.nodes[edge[2]]) continue;
      const fresh = flowEdge(key, edge, source, graph.edgeNotes[key], selected.has(key), hovered === key);
      const old = built.get(key);
      next.set(key, old && sameEdge(old, fresh) ? old : fresh);
    }
    built = next;
    return [...next.values()];
  };
}

function flowEdge(
  key: string,
  edge: Edge,
  source: NodeState,
  note: EdgeNote | undefined,
  selected: boolean,
  hovered: boolean,
): FlowEdge {
  const kind = source.io.find(port => !port.is_input && port.id === edge[1])?.kind ?? 'any';
  const data = {
    edge,
    kind,
    flowing: source.state === 'running',
    stale: source.stale && source.mode !== 'frozen',
    silent: source.mode === 'disabled',
    note,
    hovered,
  };
  return {
    id: key,
    type: 'wire',
    source: edge[0],
    sourceHandle: handleId(edge[1]),
    target: edge[2],
    targetHandle: handleId(edge[3]),
    selected,
    zIndex: hovered ? 3 : selected ? 2 : 0,
    data,
  };
}

function sameEdge(a: FlowEdge, b: FlowEdge): boolean {
  return (
    a.selected === b.selected &&
    a.data?.hovered === b.data?.hovered &&
    a.data?.kind === b.data?.kind &&
    a.data?.flowing === b.data?.flowing &&
    a.data?.stale === b.data?.stale &&
    a.data?.silent === b.data?.silent &&
    a.data?.note === b.data?.note
  );
}
