import { useStoreApi } from '@xyflow/react';
import { useState } from 'react';

/**
 * Keeps React Flow from measuring: sizes and handles are given with every node (see flowNodes). It would
 * measure all the same, once per node, and a thousand nodes would open in seconds; and a node drawn as a bare
 * shape has no handles to find, so that its edges would vanish. To be called where <ReactFlow> is made.
 */
export function useComputedSizes(): void {
  const store = useStoreApi();
  useState(() => store.setState({ updateNodeInternals: () => undefined }));
}
