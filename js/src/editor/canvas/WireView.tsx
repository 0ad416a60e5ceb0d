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
  return props.data?.note?.feedback ? <LoopWire {...props} /> : <PlainWire {...props} />;
});

function PlainWire(props: EdgeProps<FlowEdge>): React.JSX.Element {
  const [path, x, y] = getBezierPath(props);
  return <Wire wire={props} path={path} middle={{ x, y }} />;
}

/** Feedback goes around under both nodes. */
function LoopWire(props: EdgeProps<FlowEdge>): React.JSX.Element {
  const bottom = useStore(state => lowestOf(state, props.source, props.target));
  const from = { x: props.sourceX, y: props.sourceY };
  const { path, middle } = loopPath(from, { x: props.targetX, y: props.targetY }, bottom);
  return <Wire wire={props} path={path} middle={middle} />;
}

function lowestOf({ nodeLookup }: ReactFlowState, ...ids: string[]): number {
  return Math.max(
    ...ids.map(id => {
      const node = nodeLookup.get(id);
      return node ? node.internals.positionAbsolute.y + (node.measured.height ?? 0) : 0;
    }),
  );
}

interface WireProps {
  wire: EdgeProps<FlowEdge>;
  path: string;
  /** Where its mark and its tooltip are. */
  middle: Point;
}

function Wire({ wire: { data, selected }, path, middle }: WireProps): React.JSX.Element {
  const far = useUi(state => state.far);
  const hovered = data?.hovered === true;
  const note = data?.note;
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
}
