import { CommandError } from '../../client/errors';
import type { WorkerClient } from '../../client/worker';
import type { Edge } from '../../model/state';

/** A connection that closes a circle was refused; as feedback it could be made. */
export function closesCircle(error: unknown): boolean {
  return error instanceof CommandError && error.code === 'CycleError';
}

/** Connects two ports; an edge that the input has already gives way. */
export function addEdge(client: WorkerClient, edge: Edge, feedback = false): Promise<unknown> {
  const kwargs = { ...edgeArguments(edge), ...(feedback && { feedback }) };
  return client.command('add_edge', kwargs).catch((error: unknown) => {
    if (!(error instanceof CommandError) || error.code !== 'MultipleConnectionsError') throw error;
    return client.command('add_edge', { ...kwargs, replace: true });
  });
}

/** Moves an end of an edge, as one step. */
export function moveEdge(client: WorkerClient, from: Edge, to: Edge, feedback = false): Promise<unknown> {
  const kwargs = { ...edgeArguments(to), replace: true, ...(feedback && { feedback }) };
  return client.command('batch', {
    commands: [
      { cmd: 'remove_edge', kwargs: edgeArguments(from) },
      { cmd: 'add_edge', kwargs },
    ],
  });
}

export function edgeArguments([src, srcIo, dst, dstIo]: Edge): Record<string, unknown> {
  return { src_uuid: src, src_io: srcIo, dst_uuid: dst, dst_io: dstIo };
}
