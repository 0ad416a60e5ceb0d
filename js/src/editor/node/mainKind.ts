import type { NodeState, PortKind } from '../../protocol/types.gen';
import { previewPort } from '../layout/geometry';

/** The kind that marks a node: that of what it shows, else of its first output, else of its first input. */
export function mainKind(node: NodeState): PortKind {
  const output = node.io.find(port => !port.is_input && !port.hidden);
  return (previewPort(node) ?? output ?? node.io.find(port => !port.hidden))?.kind ?? 'any';
}
