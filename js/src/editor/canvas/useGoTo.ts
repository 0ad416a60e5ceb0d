import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useCallback } from 'react';
import { useEditor } from '../context';
import { selectOnly } from '../state/ui';
import { MOVE_MS, shiftIntoView } from './intoView';

/** Selects a node and, where it cannot be seen, moves the view to it. */
export function useGoTo(): (uuid: string) => void {
  const { ui } = useEditor();
  const flow = useReactFlow();
  const store = useStoreApi();
  return useCallback(
    uuid => {
      selectOnly(ui, [uuid]);
      const node = flow.getNode(uuid);
      if (!node) return;
      const box = { ...node.position, width: node.width ?? 0, height: node.height ?? 0 };
      const shift = shiftIntoView(store.getState(), box);
      if (shift) void flow.setViewport(shift, { duration: MOVE_MS });
    },
    [ui, flow, store],
  );
}
