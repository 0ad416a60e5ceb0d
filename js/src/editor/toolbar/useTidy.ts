import { useReactFlow } from '@xyflow/react';
import { useCallback } from 'react';
import { tableOf } from '../../model/table';
import { fitOptions } from '../canvas/useFitOnce';
import { useEditor } from '../context';
import type { Rect } from '../layout/placement';
import { tidyLayout } from '../layout/tidy';

/** Arranges all nodes in columns along their wires, as one step, and shows them all. */
export function useTidy(): () => void {
  const { client, commands, ui } = useEditor();
  const flow = useReactFlow();
  return useCallback(() => {
    const boxes = Object.fromEntries(
      flow
        .getNodes()
        .map(node => [
          node.id,
          { ...node.position, width: node.width ?? 0, height: node.height ?? 0 } satisfies Rect,
        ]),
    );
    const { edges, edgeNotes, groups } = client.store.getState();
    // feedback runs back under the nodes: it says nothing about their order
    const forward = Object.entries(edges).filter(([key]) => !edgeNotes[key]?.feedback);
    const places = tidyLayout(
      boxes,
      forward.map(([, edge]) => edge),
      groups,
    );
    const moved = Object.fromEntries(
      Object.entries(places).filter(([id, place]) => place.x !== boxes[id]?.x || place.y !== boxes[id]?.y),
    );
    ui.setState(state => ({ positions: tableOf(state.positions, moved) }));
    void commands.move(moved);
    // React Flow knows the new places when the next frame is drawn
    requestAnimationFrame(() => void flow.fitView(fitOptions(ui.getState().narrow, groups)));
  }, [client, commands, ui, flow]);
}
