import { BaseEdge, type EdgeProps, getBezierPath, type ReactFlowState, useStore } from '@xyflow/react';
import { memo } from 'react';
import { useUi } from '../context';
import type { Point } from '../layout/placement';
import type { FlowEdge } from './flowEdges';
import { loopPath } from './loopPath';
import { WireMark } from './WireMark';
import { WireTip } from './WireTip';

/** A wire in the colour of what it carries; its tooltip says what that is. */
export const WireView = memo(function WireView(props: EdgeProps<FlowEdge>) {
  const { data, selected } = props;
  const far = useUi(state => state.far);
  const hovered = data?.hovered === true;
  const note = data?.note;
  const { path, middle } = useWirePath(props);
  return (
    <g
      className="fn-wire"
      data-kind={data?.kind}
      data-flowing={data?.flowing || undefined}
      data-stale={data?.stale || undefined}
      data-silent={data?.silent || undefined}
      data-feedback={note?.feedback || undefined}
      data-active={selected || hovered || undefined}
    >
      <BaseEdge path={path} interactionWidth={far ? 0 : 16} />
      {!far && note && <WireMark form={note.warning ? 'warning' : 'loop'} at={middle} />}
      {hovered && data && <WireTip source={data.edge[0]} io={data.edge[1]} note={note} at={middle} />}
    </g>
  );
});

/** Along its way a wire bends from port to port; feedback goes around under both nodes. */
function useWirePath(props: EdgeProps<FlowEdge>): { path: string; middle: Point } {
  const feedback = props.data?.note?.feedback === true;
  const bottom = useStore(state => (feedback ? lowestOf(state, props.source, props.target) : 0));
  if (feedback) {
    const from = { x: props.sourceX, y: props.sourceY };
    return loopPath(from, { x: props.targetX, y: props.targetY }, bottom);
  }
  const [path, x, y] = getBezierPath(props);
  return { path, middle: { x, y } };
}

function lowestOf({ nodeLookup }: ReactFlowState, ...ids: string[]): number {
  return Math.max(
    ...ids.map(id => {
      const node = nodeLookup.get(id);
      return node ? node.internals.positionAbsolute.y + (node.measured.height ?? 0) : 0;
    }),
  );
}
