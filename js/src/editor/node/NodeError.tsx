import type { NodeState } from '../../protocol/types.gen';
import { ERROR_FRAME, ERROR_LINE } from '../layout/geometry';
import { errorPlace } from './status';

/** What went wrong in a line or two, and where in the user's own function. */
export function NodeError({ node, lines }: { node: NodeState; lines: number }): React.JSX.Element | null {
  if (!node.error) return null;
  const place = errorPlace(node);
  return (
    <div
      className="fn-node-error"
      role="alert"
      title={node.error.text}
      style={
        {
          '--fn-error-lines': lines,
          height: ERROR_FRAME - 8 + (lines + 1) * ERROR_LINE,
        } as React.CSSProperties
      }
    >
      <span className="fn-node-error-text">{node.error.text}</span>
      {place && <span className="fn-node-error-place">{place}</span>}
    </div>
  );
}
