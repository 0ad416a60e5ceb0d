import type { GraphState } from '../../model/state';
import type { GraphStore } from '../../model/store';
import { type UiState, type UiStore, without } from './ui';

/**
 * Lets go of local places, sizes and selections once the graph says its own:
 * a place counts until the worker's place changes, so that nothing jumps back in between.
 */
export function settleWithGraph(graph: GraphStore, ui: UiStore): () => void {
  return graph.subscribe((state, before) => {
    if (state.groups !== before.groups) dropSelectedGroup(ui, state);
    if (state.nodes === before.nodes && state.edges === before.edges) return;
    const change = settled(ui.getState(), state, before);
    if (change) ui.setState(change);
  });
}

function dropSelectedGroup(ui: UiStore, { groups }: GraphState): void {
  const { selectedGroup } = ui.getState();
  if (selectedGroup !== null && !(selectedGroup in groups)) ui.setState({ selectedGroup: null });
}

function settled(ui: UiState, state: GraphState, before: GraphState): Partial<UiState> | null {
  const moved = changedKeys(ui.positions, state, before, 'pos');
  const sized = changedKeys(ui.sizes, state, before, 'size');
  const positions = without(ui.positions, moved);
  const sizes = without(ui.sizes, sized);
  const selectedNodes = stillThere(ui.selectedNodes, state.nodes);
  const selectedEdges = stillThere(ui.selectedEdges, state.edges);
  const same =
    positions === ui.positions &&
    sizes === ui.sizes &&
    selectedNodes === ui.selectedNodes &&
    selectedEdges === ui.selectedEdges;
  return same ? null : { positions, sizes, selectedNodes, selectedEdges };
}

function changedKeys(
  local: Readonly<Record<string, unknown>>,
  state: GraphState,
  before: GraphState,
  field: 'pos' | 'size',
): string[] {
  return Object.keys(local).filter(uuid => state.nodes[uuid]?.[field] !== before.nodes[uuid]?.[field]);
}

function stillThere(
  chosen: ReadonlySet<string>,
  present: Readonly<Record<string, unknown>>,
): ReadonlySet<string> {
  const kept = [...chosen].filter(key => key in present);
  return kept.length === chosen.size ? chosen : new Set(kept);
}
