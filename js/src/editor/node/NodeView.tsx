import { type NodeProps, NodeResizeControl, type ResizeParams } from '@xyflow/react';
import { memo, useCallback } from 'react';
import type { PortState } from '../../protocol/types.gen';
import type { FlowNode } from '../canvas/flowNodes';
import { useEditor, useUi } from '../context';
import { LEAST_WIDTH, MOST_WIDTH, previewPort } from '../layout/geometry';
import { FarNode } from './FarNode';
import { nodeMarks } from './marks';
import { NodeError } from './NodeError';
import { NodeFooter } from './NodeFooter';
import { NodeHeader } from './NodeHeader';
import { NodePreview } from './NodePreview';
import { NodeProgress } from './NodeProgress';
import { PortRow } from './PortRow';

/** A node on the canvas; from afar and among many, only its shape. */
export const NodeView = memo(function NodeView({ data, selected }: NodeProps<FlowNode>) {
  const far = useUi(state => state.far);
  return far ? (
    <FarNode node={data.node} selected={selected} />
  ) : (
    <NearNode data={data} selected={selected} />
  );
});

/** Title first, then inputs, outputs, preview and how it stands. */
function NearNode({ data, selected }: Pick<NodeProps<FlowNode>, 'data' | 'selected'>): React.JSX.Element {
  const { node, geometry } = data;
  const { commands, readOnly } = useEditor();
  const shown = previewPort(node);
  const onResizeEnd = useCallback(
    (_event: unknown, { width, height }: ResizeParams) => void commands.resize(node.uuid, [width, height]),
    [commands, node.uuid],
  );
  // after an error an output still holds what it was before: that is no result of these inputs
  const isSilent = (port: PortState): boolean =>
    !port.is_input && (node.state === 'error' || (geometry.previewHeight > 0 && port === shown));
  return (
    <div className="fn-node" {...nodeMarks(node, selected)}>
      {node.state === 'running' && <NodeProgress fraction={node.progress?.fraction ?? null} />}
      <NodeHeader node={node} />
      {geometry.rows.map(row => (
        <PortRow
          key={`${row.port.is_input}${row.port.id}`}
          uuid={node.uuid}
          row={row}
          silent={isSilent(row.port)}
        />
      ))}
      {geometry.errorLines > 0 && <NodeError node={node} lines={geometry.errorLines} />}
      {geometry.previewHeight > 0 && shown && (
        <NodePreview node={node} port={shown} width={geometry.width} height={geometry.previewHeight} />
      )}
      <NodeFooter node={node} />
      {!readOnly && (
        <NodeResizeControl
          className="fn-resize"
          position="bottom-right"
          autoScale={false}
          minWidth={LEAST_WIDTH}
          maxWidth={MOST_WIDTH}
          minHeight={geometry.leastHeight}
          maxHeight={geometry.previewHeight > 0 ? undefined : geometry.height}
          onResizeEnd={onResizeEnd}
        />
      )}
    </div>
  );
}
