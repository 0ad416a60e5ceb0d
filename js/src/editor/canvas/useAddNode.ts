import { type Node, useReactFlow, useStoreApi } from '@xyflow/react';
import { useCallback } from 'react';
import { useEditor } from '../context';
import { expectedSize } from '../layout/expected';
import { groupFrames } from '../layout/frames';
import { nodeGeometry } from '../layout/geometry';
import { freePlace, isFree, type Point, type Rect } from '../layout/placement';
import { libraryItems } from '../library/items';
import { MOVE_MS, middleOfView, shiftIntoView } from './intoView';

export type AddNode = (
  nodeId: string,
  at?: Point | null,
  inputs?: Readonly<Record<string, unknown>>,
) => Promise<void>;

const NO_LOOK = { connected: new Set<string>(), refused: new Set<string>(), form: null };

/** Adds a node of that class at a place, or in the middle of the view; beside, never on, another. */
export function useAddNode(): AddNode {
  const { client, commands } = useEditor();
  const flow = useReactFlow();
  const store = useStoreApi();

  return useCallback(
    async (nodeId, at = null, inputs) => {
      const { library, groups } = client.store.getState();
      const items = libraryItems(library);
      const expected = expectedSize(items.find(item => item.nodeId === nodeId));
      const boxes = new Map(flow.getNodes().map(node => [node.id, boxOf(node)]));
      // within a frame it would seem to belong there: only who points into one means it
      const frames = at === null ? groupFrames(groups, boxes) : [];
      const others = [...boxes.values(), ...frames];
      const place = freePlace(at ?? middleOfView(store.getState(), expected), expected, others);
      const node = await commands.addNode(nodeId, place, inputs);
      if (!node) return;
      // the library does not tell everything about a node's size: now it is known
      const size = nodeGeometry(node, NO_LOOK);
      const kept = isFree({ ...place, ...size }, others);
      const final = kept ? place : freePlace(place, size, others);
      if (!kept) void commands.move({ [node.uuid]: final });
      // who pointed at a place looks there; who clicked in the library wants to see what came
      const shift = at === null ? shiftIntoView(store.getState(), { ...final, ...size }) : null;
      if (shift) void flow.setViewport(shift, { duration: MOVE_MS });
    },
    [client, commands, flow, store],
  );
}

function boxOf(node: Node): Rect {
  return { ...node.position, width: node.width ?? 0, height: node.height ?? 0 };
}
