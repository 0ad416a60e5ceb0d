import { type FitViewOptions, useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import type { GraphState } from '../../model/state';
import { useEditor, useGraph } from '../context';
import { FRAME_GAP, FRAME_HEAD, frameDepth } from '../layout/frames';

/** The least and the greatest zoom. */
export const FAR_END = 0.05;
export const NEAR_END = 2;

const WIDE = { top: 32, side: 40, bottom: 120 };
const NARROW = { top: 16, side: 24, bottom: 16 };

/**
 * Shows the whole graph with its frames, never beyond 100 %; where there is room what floats at the bottom stays
 * clear of it.
 */
export function fitOptions(narrow: boolean, groups: GraphState['groups']): FitViewOptions {
  const { top, side, bottom } = narrow ? NARROW : WIDE;
  const depth = frameDepth(groups);
  const padding = {
    top: `${top + depth * (FRAME_GAP + FRAME_HEAD)}px`,
    left: `${side + depth * FRAME_GAP}px`,
    right: `${side + depth * FRAME_GAP}px`,
    bottom: `${bottom + depth * FRAME_GAP}px`,
  } as const;
  return { padding, maxZoom: 1, minZoom: FAR_END };
}

/** Brings the whole graph into view when it is first there; never again by itself. */
export function useFitOnce(): void {
  const { client, ui } = useEditor();
  const flow = useReactFlow();
  const hasSize = useStore(state => state.width > 0 && state.height > 0);
  const hasNodes = useGraph(state => Object.keys(state.nodes).length > 0);
  const opened = useGraph(state => state.worker !== null);
  const done = useRef(false);

  useEffect(() => {
    if (done.current || !hasSize || !opened) return;
    done.current = true;
    if (hasNodes) void flow.fitView(fitOptions(ui.getState().narrow, client.store.getState().groups));
  }, [flow, ui, client, hasSize, hasNodes, opened]);
}
