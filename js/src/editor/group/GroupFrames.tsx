import { ViewportPortal } from '@xyflow/react';
import { useMemo } from 'react';
import type { FlowNode } from '../canvas/flowNodes';
import { useGraph } from '../context';
import { groupFrames } from '../layout/frames';
import { GroupFrame } from './GroupFrame';

/** The frames of all groups, behind the wires and nodes, where these are drawn right now. */
export function GroupFrames({ nodes }: { nodes: readonly FlowNode[] }): React.JSX.Element | null {
  const groups = useGraph(state => state.groups);
  const frames = useMemo(() => {
    const boxes = new Map(
      nodes.map(({ id, position, width = 0, height = 0 }) => [id, { ...position, width, height }]),
    );
    return groupFrames(groups, boxes);
  }, [groups, nodes]);
  if (frames.length === 0) return null;
  return (
    <ViewportPortal>
      {frames.map(frame => (
        <GroupFrame key={frame.id} {...frame} />
      ))}
    </ViewportPortal>
  );
}
