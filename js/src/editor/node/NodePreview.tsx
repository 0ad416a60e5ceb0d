import { memo } from 'react';
import type { NodeState, PortState } from '../../protocol/types.gen';
import { PreviewView } from '../../renderers/previews/PreviewView';
import { nodeName } from './status';
import { usePreview } from './usePreview';

interface NodePreviewProps {
  node: NodeState;
  port: PortState;
  width: number;
  height: number;
}

/** The picture of a node's value; greyed while it shows an earlier one. */
export const NodePreview = memo(function NodePreview({ node, port, width, height }: NodePreviewProps) {
  const preview = usePreview(node.uuid, port.id);
  const stale = node.stale || preview?.stale || node.state === 'error';
  return (
    <div
      className="fn-node-preview"
      data-testid="fn-preview"
      data-stale={stale || undefined}
      style={{ height }}
    >
      {preview ? (
        <PreviewView
          preview={preview}
          width={width - 2}
          height={height}
          alt={`${nodeName(node)}: ${port.name}`}
        />
      ) : (
        <p className="fn-preview-none">{port.kind === 'table' ? 'No table yet' : 'No picture yet'}</p>
      )}
    </div>
  );
});
