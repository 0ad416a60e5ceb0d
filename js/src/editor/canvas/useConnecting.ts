import type { Connection, HandleType, OnConnectStartParams } from '@xyflow/react';
import { useCallback, useRef } from 'react';
import type { Edge } from '../../model/state';
import { useEditor } from '../context';
import { edgeOf } from './connecting';
import type { FlowEdge } from './flowEdges';
import { handleId } from './handleId';

interface Connecting {
  onConnect(connection: Connection): void;
  onConnectStart(event: unknown, params: OnConnectStartParams): void;
  onConnectEnd(): void;
  onReconnect(old: FlowEdge, connection: Connection): void;
  onReconnectStart(): void;
  onReconnectEnd(event: unknown, edge: FlowEdge, end: HandleType, state: { toHandle: unknown }): void;
}

/** Drawing edges by hand: from port to port, moving an end, or dropping it on the empty canvas to remove it. */
export function useConnecting(canvas: React.RefObject<HTMLElement | null>): Connecting {
  const { client, commands } = useEditor();
  const reconnected = useRef(false);

  const onConnect = useCallback(
    (connection: Connection) => {
      const edge = edgeOf(connection);
      if (edge) void commands.connect(edge);
    },
    [commands],
  );

  const onConnectStart = useCallback(
    (_event: unknown, { nodeId, handleId: handle, handleType }: OnConnectStartParams) => {
      const node = nodeId ? client.store.getState().nodes[nodeId] : undefined;
      const port = node?.io.find(
        candidate => handleId(candidate.id) === handle && candidate.is_input === (handleType === 'target'),
      );
      if (!canvas.current || !port) return;
      canvas.current.dataset.connecting = port.kind;
      canvas.current.dataset.from = handleType ?? '';
    },
    [client, canvas],
  );

  const onConnectEnd = useCallback(() => {
    delete canvas.current?.dataset.connecting;
    delete canvas.current?.dataset.from;
  }, [canvas]);

  const onReconnect = useCallback(
    (old: FlowEdge, connection: Connection) => {
      reconnected.current = true;
      const from = edgeOf(old);
      const to = edgeOf(connection);
      if (from && to && !sameEnds(from, to)) void commands.reconnect(from, to);
    },
    [commands],
  );

  const onReconnectStart = useCallback(() => {
    reconnected.current = false;
  }, []);

  const onReconnectEnd = useCallback(
    (_event: unknown, edge: FlowEdge, _end: HandleType, state: { toHandle: unknown }) => {
      onConnectEnd();
      const dropped = edgeOf(edge);
      if (!reconnected.current && !state.toHandle && dropped) void commands.remove([], [dropped]);
    },
    [commands, onConnectEnd],
  );

  return {
    onConnect,
    onConnectStart,
    onConnectEnd,
    onReconnect,
    onReconnectStart,
    onReconnectEnd,
  };
}

function sameEnds(a: Edge, b: Edge): boolean {
  return a.every((part, index) => part === b[index]);
}
