import { type FitViewOptions, useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { useEditor, useGraph } from '../context';

/** The least and the greatest zoom. */
export const FAR_END = 0.05;
export const NEAR_END = 2;

const WIDE = { top: '32px', left: '40px', right: '40px', bottom: '120px' } as const;
const NARROW = { top: '16px', left: '24px', right: '24px', bottom: '16px' } as const;

/** Shows the whole graph, never beyond 100 %; where there is room what floats at the bottom stays clear of it. */
export function fitOptions(narrow: boolean): FitViewOptions {
  return { padding: narrow ? NARROW : WIDE, maxZoom: 1, minZoom: FAR_END };
}

/** Brings the whole graph into view when it is first there; never again by itself. */
export function useFitOnce(): void {
  const { ui } = useEditor();
  const flow = useReactFlow();
  const hasSize = useStore(state => state.width > 0 && state.height > 0);
  const hasNodes = useGraph(state => Object.keys(state.nodes).length > 0);
  const opened = useGraph(state => state.worker !== null);
  const done = useRef(false);

  useEffect(() => {
    if (done.current || !hasSize || !opened) return;
    done.current = true;
    if (hasNodes) void flow.fitView(fitOptions(ui.getState().narrow));
  }, [flow, ui, hasSize, hasNodes, opened]);
}
