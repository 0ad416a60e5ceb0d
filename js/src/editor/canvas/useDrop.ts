import { useReactFlow } from '@xyflow/react';
import { useCallback } from 'react';
import { useEditor } from '../context';
import type { Point } from '../layout/placement';
import { takeDraggedNode } from '../library/dragging';
import { libraryItems } from '../library/items';
import { inputForFile, readerOf, takeDroppedFiles } from './droppedFiles';
import { useAddNode } from './useAddNode';

/** From the pointer to the corner of a node that is dropped: it is held by its title. */
const GRIP = { x: 24, y: 17 };

/** What is dropped on the canvas: a node of the library, or files from the desktop. */
export function useDrop(): (event: React.DragEvent) => void {
  const { client, uploads } = useEditor();
  const flow = useReactFlow();
  const addNode = useAddNode();

  const takeFiles = useCallback(
    (files: readonly File[], target: Element, at: Point): void => {
      const { nodes, edges, library } = client.store.getState();
      const uuid = target.closest<HTMLElement>('[data-node-uuid]')?.dataset.nodeUuid ?? '';
      const isFed = (io: string): boolean =>
        Object.values(edges).some(([, , dst, input]) => dst === uuid && input === io);
      const io = inputForFile(nodes[uuid], isFed);
      if (io !== null) {
        void uploads?.sendTo(uuid, io, files);
        return;
      }
      const known = new Set(libraryItems(library).map(item => item.nodeId));
      void uploads?.send(files, (path, { name }) => {
        const reader = readerOf(name);
        if (reader && known.has(reader.nodeId)) return addNode(reader.nodeId, at, { ...reader.inputs, path });
      });
    },
    [client, uploads, addNode],
  );

  return useCallback(
    event => {
      const pointer = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const at = { x: pointer.x - GRIP.x, y: pointer.y - GRIP.y };
      const nodeId = takeDraggedNode(event.dataTransfer);
      const dropped = takeDroppedFiles(event.dataTransfer);
      if (!nodeId && !dropped) return;
      event.preventDefault();
      // the notebook around would take files for itself
      event.stopPropagation();
      if (nodeId) void addNode(nodeId, at);
      else if (dropped) takeFiles(dropped, event.target as Element, at);
    },
    [flow, addNode, takeFiles],
  );
}
