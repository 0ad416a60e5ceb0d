import { type ConnectionLineComponentProps, getBezierPath } from '@xyflow/react';
import type { FlowNode } from './flowNodes';

/** The wire while it is drawn: in the colour of the port it comes from, dashed where it cannot end. */
export function ConnectionLine(props: ConnectionLineComponentProps<FlowNode>): React.JSX.Element {
  const { fromX, fromY, toX, toY, fromPosition, toPosition, fromHandle, fromNode, connectionStatus } = props;
  const isInput = fromHandle.type === 'target';
  const port = fromNode.data.node.io.find(io => io.id === fromHandle.id && io.is_input === isInput);
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    targetX: toX,
    targetY: toY,
    sourcePosition: fromPosition,
    targetPosition: toPosition,
  });
  return (
    <g
      className="fn-wire"
      data-kind={port?.kind ?? 'any'}
      data-refused={connectionStatus === 'invalid' || undefined}
    >
      <path className="react-flow__edge-path" d={path} />
      <circle cx={toX} cy={toY} r={3} className="fn-wire-end" />
    </g>
  );
}
