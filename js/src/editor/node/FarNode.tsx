import type { NodeState } from '../../protocol/types.gen';
import { mainKind } from './mainKind';
import { nodeMarks } from './marks';

/** A node from afar: its shape, its kind and how it stands. */
export function FarNode({ node, selected }: { node: NodeState; selected: boolean }): React.JSX.Element {
  return <div className="fn-node fn-node-far" data-kind={mainKind(node)} {...nodeMarks(node, selected)} />;
}
