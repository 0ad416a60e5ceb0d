import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react';
import { memo } from 'react';
import { formatShape } from '../../renderers/format';
import { describeType } from '../../renderers/valueType';
import { useGraph, useUi } from '../context';
import type { FlowEdge } from './flowEdges';

/** A wire in the colour of what it carries; its tooltip says what that is. */
export const WireView = memo(function WireView(props: EdgeProps<FlowEdge>) {
  const { data, selected } = props;
  const far = useUi(state => state.far);
  const hovered = data?.hovered === true;
  const [path, labelX, labelY] = getBezierPath(props);
  return (
    <g
      className="fn-wire"
      data-kind={data?.kind}
      data-flowing={data?.flowing || undefined}
      data-stale={data?.stale || undefined}
      data-active={selected || hovered || undefined}
    >
      <BaseEdge path={path} interactionWidth={far ? 0 : 16} />
      {hovered && data && <WireTip edge={data.edge} x={labelX} y={labelY} />}
    </g>
  );
});

function WireTip({
  edge,
  x,
  y,
}: {
  edge: readonly [string, string, ...string[]];
  x: number;
  y: number;
}): React.JSX.Element | null {
  const port = useGraph(state => state.nodes[edge[0]]?.io.find(io => !io.is_input && io.id === edge[1]));
  if (!port) return null;
  const value = port.value;
  const text = value?.value === undefined ? '' : value.text;
  const parts = [
    port.name,
    value ? describeType(value.type) : 'no value yet',
    formatShape(value?.shape),
    text,
  ].filter(Boolean);
  return (
    <EdgeLabelRenderer>
      <div className="fn-wire-tip" style={{ transform: `translate(-50%, -140%) translate(${x}px, ${y}px)` }}>
        {parts.join(' · ')}
      </div>
    </EdgeLabelRenderer>
  );
}
