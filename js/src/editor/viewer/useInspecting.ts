import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useEffect } from 'react';
import { MOVE_MS, shiftIntoView } from '../canvas/intoView';
import { useEditor } from '../context';
import { selectOnly, showPanel } from '../state/ui';

/**
 * Without a bar there is no button for the inspector: it comes with the node that is selected. Where it slides over
 * the canvas, the view makes room for the node, and it goes when nothing is selected any more.
 */
export function useInspecting(root: HTMLElement): void {
  const { ui } = useEditor();
  const flow = useReactFlow();
  const store = useStoreApi();

  useEffect(() => {
    const makeRoom = async (uuid: string): Promise<void> => {
      await slidIn(root);
      const node = flow.getNode(uuid);
      if (!node || !ui.getState().selectedNodes.has(uuid)) return;
      const box = { ...node.position, width: node.width ?? 0, height: node.height ?? 0 };
      const shift = shiftIntoView(store.getState(), box);
      if (shift) void flow.setViewport(shift, { duration: MOVE_MS });
    };
    return ui.subscribe((state, before) => {
      if (state.selectedNodes !== before.selectedNodes) {
        const [only] = state.selectedNodes;
        if (only !== undefined && state.selectedNodes.size === 1) {
          showPanel(ui, 'inspectorOpen', true);
          void makeRoom(only);
        } else if (only === undefined && state.narrow) showPanel(ui, 'inspectorOpen', false);
      } else if (before.inspectorOpen && !state.inspectorOpen && state.selectedNodes.size > 0) {
        // else a press on the same node would say nothing new, and not open it again
        selectOnly(ui, []);
      }
    });
  }, [ui, flow, store, root]);
}

/** When the inspector stands where it will stay. */
async function slidIn(root: HTMLElement): Promise<void> {
  await new Promise(requestAnimationFrame);
  const panel = root.querySelector('.fn-inspector');
  await Promise.allSettled(panel?.getAnimations?.().map(animation => animation.finished) ?? []);
}
