import { nodeTone } from '../node/status';
import type { FlowNode } from './flowNodes';

/** The class of a node on the small map, so that what runs or failed can be found from afar. */
export function minimapClass(node: FlowNode): string {
  return `fn-minimap-${nodeTone(node.data.node)}`;
}
