import type { NodeState } from '../../protocol/types.gen';
import { errorPlace } from './status';

/** What went wrong in one line, and where in the user's own function. */
export function NodeError({ node }: { node: NodeState }): React.JSX.Element | null {
  if (!node.error) return null;
  const place = errorPlace(node);
  return (
    <div className="fn-node-error" role="alert" title={node.error.text}>
      <span className="fn-node-error-text">{node.error.text}</span>
      {place && <span className="fn-node-error-place">{place}</span>}
    </div>
  );
}
