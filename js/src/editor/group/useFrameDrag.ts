import { useReactFlow } from '@xyflow/react';
import { useRef } from 'react';
import { tableOf } from '../../model/table';
import { useEditor } from '../context';
import type { Point } from '../layout/placement';
import { nodesWithin } from '../state/grouping';
import { selectGroup, without } from '../state/ui';

/** Pixels that a press may slip without being a drag. */
const SLIP = 3;

interface Drag {
  readonly from: Point;
  readonly places: ReadonlyMap<string, Point>;
  by: Point | null;
}

type Handlers = Pick<
  React.HTMLAttributes<HTMLElement>,
  'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel'
>;

/** Moves all that stands in a group by its title; in the end it is one step. A press alone selects the group. */
export function useFrameDrag(id: string): Handlers {
  const { client, ui, commands } = useEditor();
  const flow = useReactFlow();
  const drag = useRef<Drag | null>(null);

  const put = (places: Readonly<Record<string, Point>>): void =>
    ui.setState(state => ({ positions: tableOf(state.positions, places) }));

  return {
    onPointerDown(event) {
      if (event.button !== 0 || (event.target as Element).closest('input, .fn-icon-button')) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      selectGroup(ui, id);
      const nodes = nodesWithin(client.store.getState().groups, id).map(uuid => flow.getNode(uuid));
      drag.current = {
        from: { x: event.clientX, y: event.clientY },
        places: new Map(nodes.filter(node => node !== undefined).map(node => [node.id, node.position])),
        by: null,
      };
    },
    onPointerMove(event) {
      const held = drag.current;
      if (!held) return;
      const [dx, dy] = [event.clientX - held.from.x, event.clientY - held.from.y];
      if (!held.by && Math.hypot(dx, dy) < SLIP) return;
      const zoom = flow.getZoom();
      const by = { x: Math.round(dx / zoom), y: Math.round(dy / zoom) };
      held.by = by;
      put(
        Object.fromEntries([...held.places].map(([uuid, { x, y }]) => [uuid, { x: x + by.x, y: y + by.y }])),
      );
    },
    onPointerUp() {
      const held = drag.current;
      drag.current = null;
      if (held?.by) void commands.moveGroup(id, held.by, [...held.places.keys()]);
    },
    onPointerCancel() {
      const held = drag.current;
      drag.current = null;
      if (held?.by) ui.setState(state => ({ positions: without(state.positions, [...held.places.keys()]) }));
    },
  };
}
