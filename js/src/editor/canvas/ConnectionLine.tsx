import { type ConnectionLineComponentProps, getBezierPath } from '@xyflow/react';
import type { GraphState } from '../../model/state';
import { useEditor } from '../context';
import { wouldCircle } from './connecting';
import type { FlowNode } from './flowNodes';
import { handleId } from './handleId';

/** The wire while it is drawn: in the colour of the port it comes from, dashed where it would close a circle. */
export function ConnectionLine(props: ConnectionLineComponentProps<FlowNode>): React.JSX.Element {
  const { fromX, fromY, toX, toY, fromPosition, toPosition, fromHandle, fromNode, toNode, connectionStatus } =
    props;
  const isInput = fromHandle.type === 'target';
  const port = fromNode.data.node.io.find(io => handleId(io.id) === fromHandle.id && io.is_input === isInput);
  const { client } = useEditor();
  const ends = isInput ? [toNode?.id, fromNode.id] : [fromNode.id, toNode?.id];
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
      data-feedback={circles(client.store.getState(), ends) || undefined}
      data-refused={connectionStatus === 'invalid' || undefined}
    >
      <path className="react-flow__edge-path" d={path} />
      <circle cx={toX} cy={toY} r={3} className="fn-wire-end" />
    </g>
  );
}

function circles(graph: GraphState, [source, target]: readonly (string | undefined)[]): boolean {
  return source !== undefined && target !== undefined && wouldCircle(graph, source, target);
}
