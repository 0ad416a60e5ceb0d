import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  SelectionMode,
  useReactFlow,
} from '@xyflow/react';
import { memo, useCallback, useEffect, useMemo, useRef } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useEditor, useGraph, useUi } from '../context';
import { GroupFrames } from '../group/GroupFrames';
import { NodeView } from '../node/NodeView';
import { selectOnly } from '../state/ui';
import { ConnectionLine } from './ConnectionLine';
import { EmptyHint } from './EmptyHint';
import { createEdgeBuilder, type FlowEdge } from './flowEdges';
import { createNodeBuilder, type FlowNode } from './flowNodes';
import { minimapClass } from './minimap';
import { useComputedSizes } from './useComputedSizes';
import { useConnecting } from './useConnecting';
import { useDrop } from './useDrop';
import { useFarView } from './useFarView';
import { FAR_END, NEAR_END, useFitOnce } from './useFitOnce';
import { useFlowChanges } from './useFlowChanges';
import { useSelectionKeys } from './useSelectionKeys';
import { WireView } from './WireView';
import { ZoomControls } from './ZoomControls';

const NODE_TYPES = { node: NodeView };
const EDGE_TYPES = { wire: WireView };
const START = { x: 40, y: 40, zoom: 1 };

/** The graph to look at and to work on. State comes from the stores; every change goes out as a wish. */
export const Canvas = memo(function Canvas() {
  const { ui, compact, readOnly } = useEditor();
  const canvas = useRef<HTMLDivElement>(null);
  const flow = useReactFlow();
  const nodes = useFlowNodes();
  const edges = useFlowEdges();
  const changes = useFlowChanges();
  const connecting = useConnecting(canvas);
  const drop = useDrop();
  const boxSelect = useUi(state => state.boxSelect);
  const far = useUi(state => state.far);
  const narrow = useUi(state => state.narrow);
  const active = useUi(state => state.canvasActive) || !compact;
  const quiet = useGraph(state => state.connection !== 'open');
  const opened = useGraph(state => state.worker !== null);
  useComputedSizes();
  useFitOnce();
  useFarView();
  useSelectionKeys(canvas);

  const openPalette = useCallback(
    (event: React.MouseEvent) => {
      const frame = canvas.current?.closest('.fn-editor')?.getBoundingClientRect();
      if (!frame || !(event.target as HTMLElement).classList.contains('react-flow__pane')) return;
      const at = { x: event.clientX - frame.left, y: event.clientY - frame.top };
      ui.setState({
        palette: { at, target: flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }) },
      });
    },
    [ui, flow],
  );

  const openMenu = useCallback(
    (event: React.MouseEvent, node: FlowNode | readonly FlowNode[]) => {
      // a text field keeps the browser's own menu: paste and spelling are in it
      const frame = canvas.current?.closest('.fn-editor')?.getBoundingClientRect();
      if (!frame || (event.target as HTMLElement).closest('input, textarea')) return;
      event.preventDefault();
      if ('id' in node && !ui.getState().selectedNodes.has(node.id)) selectOnly(ui, [node.id]);
      ui.setState({ menu: { x: event.clientX - frame.left, y: event.clientY - frame.top } });
    },
    [ui],
  );

  return (
    <div
      ref={canvas}
      className="fn-canvas"
      data-quiet={(quiet && opened) || undefined}
      data-active={active || undefined}
      onPointerDown={() => ui.setState({ canvasActive: true })}
      data-read-only={readOnly || undefined}
      {...(!readOnly && {
        onDoubleClick: openPalette,
        onDragOver: event => event.preventDefault(),
        onDrop: drop,
      })}
    >
      <ReactFlow<FlowNode, FlowEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        {...changes}
        {...connecting}
        onPaneClick={() => ui.setState({ selectedGroup: null })}
        {...(!readOnly && { onNodeContextMenu: openMenu, onSelectionContextMenu: openMenu })}
        onEdgeMouseEnter={(_event, edge) => ui.setState({ hoveredEdge: edge.id })}
        onEdgeMouseLeave={() => ui.setState({ hoveredEdge: null })}
        connectionLineComponent={ConnectionLine}
        connectionRadius={24}
        reconnectRadius={12}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        edgesReconnectable={!far && !readOnly}
        defaultViewport={START}
        minZoom={FAR_END}
        maxZoom={NEAR_END}
        onlyRenderVisibleElements
        zoomOnDoubleClick={false}
        zoomOnScroll={active}
        preventScrolling={active}
        selectionOnDrag={boxSelect}
        selectionMode={SelectionMode.Partial}
        panOnDrag={!boxSelect}
        autoPanOnNodeFocus={false}
        nodeDragThreshold={2}
        elevateNodesOnSelect
        // keys are handled at the editor's root and never reach the document
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panActivationKeyCode={null}
        zoomActivationKeyCode={null}
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} />
        <GroupFrames nodes={nodes} />
        {!narrow && nodes.length > 0 && (
          <MiniMap
            className="fn-minimap"
            position="bottom-right"
            ariaLabel="Map of the graph"
            nodeClassName={minimapClass}
            nodeBorderRadius={4}
            pannable
            zoomable
          />
        )}
        <ZoomControls />
      </ReactFlow>
      {opened && nodes.length === 0 && <EmptyHint />}
    </div>
  );
});

function useFlowNodes(): FlowNode[] {
  const build = useMemo(createNodeBuilder, []);
  const graph = useGraph(
    useShallow(({ nodes, edges, edgeNotes, previews }) => ({ nodes, edges, edgeNotes, previews })),
  );
  const ui = useUi(
    useShallow(state => ({
      selectedNodes: state.selectedNodes,
      positions: state.positions,
      sizes: state.sizes,
      drafts: state.drafts,
    })),
  );
  return useSame(useMemo(() => build(graph, ui), [build, graph, ui]));
}

function useFlowEdges(): FlowEdge[] {
  const build = useMemo(createEdgeBuilder, []);
  const graph = useGraph(useShallow(({ nodes, edges, edgeNotes }) => ({ nodes, edges, edgeNotes })));
  const selected = useUi(state => state.selectedEdges);
  const hovered = useUi(state => state.hoveredEdge);
  return useSame(useMemo(() => build(graph, selected, hovered), [build, graph, selected, hovered]));
}

/** The list of before when it holds the same objects: React Flow then has nothing to do. */
function useSame<T>(fresh: T[]): T[] {
  const held = useRef(fresh);
  const same =
    held.current.length === fresh.length && fresh.every((item, index) => item === held.current[index]);
  const list = same ? held.current : fresh;
  useEffect(() => {
    held.current = list;
  });
  return list;
}
