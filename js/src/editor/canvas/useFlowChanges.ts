import type { EdgeChange, NodeChange } from '@xyflow/react';
import { useCallback } from 'react';
import { type Table, tableOf } from '../../model/table';
import { useEditor } from '../context';
import type { Point } from '../layout/placement';
import type { UiStore } from '../state/ui';
import type { FlowEdge } from './flowEdges';
import type { FlowNode } from './flowNodes';

interface FlowChanges {
  onNodesChange(changes: NodeChange<FlowNode>[]): void;
  onEdgesChange(changes: EdgeChange<FlowEdge>[]): void;
}

/** Takes up what React Flow says was moved, resized or selected; a finished move goes to the worker as one step. */
export function useFlowChanges(): FlowChanges {
  const { ui, commands } = useEditor();

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const places: Table<Point> = tableOf();
      const finished: Table<Point> = tableOf();
      for (const change of changes) {
        if (change.type !== 'position' || !change.position) continue;
        places[change.id] = change.position;
        if (!change.dragging) finished[change.id] = change.position;
      }
      if (Object.keys(places).length > 0) {
        ui.setState(state => ({ positions: tableOf(state.positions, places) }));
      }
      if (Object.keys(finished).length > 0) void commands.move(finished);
      takeSizes(ui, changes);
      takeSelection(ui, 'selectedNodes', changes);
    },
    [ui, commands],
  );

  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => takeSelection(ui, 'selectedEdges', changes),
    [ui],
  );

  return { onNodesChange, onEdgesChange };
}

function takeSizes(ui: UiStore, changes: readonly NodeChange<FlowNode>[]): void {
  for (const change of changes) {
    // other changes of dimensions are measurements, and sizes here are computed
    if (change.type !== 'dimensions' || !change.resizing || !change.dimensions) continue;
    const { width, height } = change.dimensions;
    ui.setState(state => ({ sizes: tableOf(state.sizes, { [change.id]: [width, height] }) }));
  }
}

function takeSelection(
  ui: UiStore,
  which: 'selectedNodes' | 'selectedEdges',
  changes: readonly (NodeChange<FlowNode> | EdgeChange<FlowEdge>)[],
): void {
  const selected = new Set(ui.getState()[which]);
  let changed = false;
  for (const change of changes) {
    if (change.type !== 'select') continue;
    changed = true;
    if (change.selected) selected.add(change.id);
    else selected.delete(change.id);
  }
  if (!changed) return;
  ui.setState({ [which]: selected, ...(selected.size > 0 && { selectedGroup: null }) });
}
