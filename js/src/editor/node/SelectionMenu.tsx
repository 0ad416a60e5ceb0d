import { useCallback, useRef } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { NodeState } from '../../protocol/types.gen';
import { useEditor, useGraph, useUi } from '../context';
import type { Point } from '../layout/placement';
import { NodeMenu } from './NodeMenu';

/** The menu of what is selected, at the pointer that asked for it. */
export function SelectionMenu({ at }: { at: Point }): React.JSX.Element | null {
  const { ui } = useEditor();
  const anchor = useRef<HTMLSpanElement>(null);
  const selected = useUi(state => state.selectedNodes);
  const nodes = useGraph(
    useShallow(state =>
      [...selected].map(uuid => state.nodes[uuid]).filter((node): node is NodeState => node !== undefined),
    ),
  );
  const close = useCallback(() => ui.setState({ menu: null }), [ui]);
  if (nodes.length === 0) return null;
  return (
    <>
      <span ref={anchor} style={{ position: 'absolute', left: at.x, top: at.y }} />
      <NodeMenu nodes={nodes} anchor={anchor} onClose={close} />
    </>
  );
}
