import type { NodeState } from '../../protocol/types.gen';
import { nodeName, nodeTone } from './status';

/** What is written on the element of a node, near or far: by it, styles and tests tell what node it is and how it stands. */
export function nodeMarks(node: NodeState, selected: boolean) {
  return {
    'data-testid': 'fn-node',
    'data-node-name': nodeName(node),
    'data-node-uuid': node.uuid,
    'data-state': node.state,
    'data-stale': node.stale,
    'data-mode': node.mode,
    'data-tone': nodeTone(node),
    'data-selected': selected || undefined,
  };
}
