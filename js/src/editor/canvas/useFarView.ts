import { type ReactFlowState, useStoreApi } from '@xyflow/react';
import { useEffect } from 'react';
import { useEditor } from '../context';

const MANY = 150;
const FAR_ZOOM = 0.45;

/**
 * Says when so many nodes are in view, so small, that only their shapes are drawn.
 * Counts in React Flow's own subscription, so that the shapes are there in the very frame that needs them.
 */
export function useFarView(): void {
  const { ui } = useEditor();
  const flow = useStoreApi();
  useEffect(() => {
    const look = (state: ReactFlowState): void => {
      const far = state.transform[2] < FAR_ZOOM && countInView(state) > MANY;
      if (far !== ui.getState().far) ui.setState({ far });
    };
    look(flow.getState());
    return flow.subscribe((state, before) => {
      const sameView = state.transform === before.transform && state.width === before.width;
      if (!sameView || state.nodes !== before.nodes) look(state);
    });
  }, [ui, flow]);
}

function countInView({ transform: [x, y, zoom], width, height, nodes }: ReactFlowState): number {
  let count = 0;
  for (const node of nodes) {
    const left = node.position.x * zoom + x;
    const top = node.position.y * zoom + y;
    const isIn =
      left < width &&
      top < height &&
      left + (node.width ?? 0) * zoom > 0 &&
      top + (node.height ?? 0) * zoom > 0;
    if (isIn) count += 1;
  }
  return count;
}
