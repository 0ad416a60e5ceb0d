import { type Node, type NodeHandle, Position } from '@xyflow/react';
import { type GraphState, portKey } from '../../model/state';
import type { NodeState, TablePage } from '../../protocol/types.gen';
import { chooseMime, isOwnRenderer, type PreviewForm } from '../../renderers/previews/chooseMime';
import { type NodeGeometry, nodeGeometry, PORT, type RowPlace } from '../layout/geometry';
import { portOffset } from '../layout/portOffset';
import type { UiState } from '../state/ui';
import { type ConnectedPorts, connectedPorts } from './connected';
import { handleId } from './handleId';

export interface FlowNodeData extends Record<string, unknown> {
  readonly node: NodeState;
  readonly geometry: NodeGeometry;
}

export type FlowNode = Node<FlowNodeData, 'node'>;

type GraphSlice = Pick<GraphState, 'nodes' | 'edges' | 'edgeNotes' | 'previews'>;
type Slice = Pick<UiState, 'selectedNodes' | 'positions' | 'sizes' | 'drafts'>;

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Turns the graph into React Flow's nodes. What did not change is the very same object as before, so
 * React Flow draws only what did; sizes and handles are computed here and never measured.
 */
export function createNodeBuilder(): (graph: GraphSlice, ui: Slice) => FlowNode[] {
  let built = new Map<string, { parts: readonly unknown[]; node: FlowNode }>();
  let connected: ConnectedPorts = { edges: null, edgeNotes: null, ports: new Map() };

  return (graph, ui) => {
    connected = connectedPorts(graph, connected);
    const refused = refusedInputs(ui.drafts);
    const next: typeof built = new Map();
    for (const node of Object.values(graph.nodes)) {
      const { uuid } = node;
      const ports = connected.ports.get(uuid) ?? NOTHING;
      const wrong = refused.get(uuid);
      const { form, tableRows } = previewLook(graph, node);
      const selected = ui.selectedNodes.has(uuid);
      const parts = [
        node,
        ports,
        wrong?.join(),
        form,
        tableRows,
        selected,
        ui.positions[uuid],
        ui.sizes[uuid],
      ];
      const old = built.get(uuid);
      const keep = old?.parts.every((part, index) => part === parts[index]);
      if (keep && old) {
        next.set(uuid, old);
        continue;
      }
      const look = {
        connected: ports,
        refused: wrong ? new Set(wrong) : NOTHING,
        form,
        tableRows,
        size: ui.sizes[uuid],
      };
      next.set(uuid, { parts, node: flowNode(node, nodeGeometry(node, look), selected, ui.positions[uuid]) });
    }
    built = next;
    return [...next.values()].map(entry => entry.node);
  };
}

function flowNode(
  node: NodeState,
  geometry: NodeGeometry,
  selected: boolean,
  local: { x: number; y: number } | undefined,
): FlowNode {
  const { width, height } = geometry;
  return {
    id: node.uuid,
    type: 'node',
    position: local ?? { x: node.pos?.[0] ?? 0, y: node.pos?.[1] ?? 0 },
    width,
    height,
    measured: { width, height },
    handles: geometry.rows.map(row => flowHandle(row, width)),
    selected,
    data: { node, geometry },
  };
}

function flowHandle(row: RowPlace, width: number): NodeHandle {
  const { port } = row;
  return {
    id: handleId(port.id),
    type: port.is_input ? 'target' : 'source',
    position: port.is_input ? Position.Left : Position.Right,
    x: port.is_input ? -5 : width - PORT + 5,
    y: row.top + portOffset(row),
    width: PORT,
    height: PORT,
  };
}

function previewLook(
  graph: GraphSlice,
  node: NodeState,
): { form: PreviewForm | null; tableRows: number | undefined } {
  const preview = node.preview_io === null ? undefined : graph.previews[portKey(node.uuid, node.preview_io)];
  if (preview?.renderer && !isOwnRenderer(preview.renderer)) return { form: 'plugin', tableRows: undefined };
  const chosen = chooseMime(preview?.data, preview?.renderer);
  const tableRows = chosen?.form === 'table' ? (chosen.data as TablePage).total_rows : undefined;
  return { form: chosen?.form ?? null, tableRows };
}

function refusedInputs(drafts: UiState['drafts']): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [key, draft] of Object.entries(drafts)) {
    if (draft.phase !== 'refused') continue;
    const dot = key.indexOf('.');
    const uuid = key.slice(0, dot);
    found.set(uuid, [...(found.get(uuid) ?? []), key.slice(dot + 1)]);
  }
  return found;
}
