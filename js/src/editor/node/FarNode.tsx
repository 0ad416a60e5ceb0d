import type { NodeState } from '../../protocol/types.gen';
import { mainKind } from './mainKind';
import { nodeName, nodeTone } from './status';

/** A node from afar: its shape, its kind and how it stands. */
export function FarNode({ node, selected }: { node: NodeState; selected: boolean }): React.JSX.Element {
  return (
    <div
      className="fn-node fn-node-far"
      data-testid="fn-node"
      data-node-name={nodeName(node)}
      data-node-uuid={node.uuid}
      data-state={node.state}
      data-stale={node.stale}
      data-mode={node.mode}
      data-tone={nodeTone(node)}
      data-kind={mainKind(node)}
      data-selected={selected || undefined}
    />
  );
}
