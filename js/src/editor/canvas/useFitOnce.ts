import { useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { useGraph } from '../context';

export const FIT = { padding: 0.08, maxZoom: 1, minZoom: 0.1 } as const;

/** Brings the whole graph into view when it is first there; never again by itself. */
export function useFitOnce(): void {
  const flow = useReactFlow();
  const hasSize = useStore(state => state.width > 0 && state.height > 0);
  const hasNodes = useGraph(state => Object.keys(state.nodes).length > 0);
  const opened = useGraph(state => state.worker !== null);
  const done = useRef(false);

  useEffect(() => {
    if (done.current || !hasSize || !opened) return;
    done.current = true;
    if (hasNodes) void flow.fitView(FIT);
  }, [flow, hasSize, hasNodes, opened]);
}
