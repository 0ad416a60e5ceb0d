import { useEffect } from 'react';
import { portKey } from '../../model/state';
import type { Preview } from '../../protocol/types.gen';
import { useEditor, useGraph } from '../context';

/** The preview of a port; the worker makes it only as long as somebody shows it here. */
export function usePreview(uuid: string, io: string): Preview | undefined {
  const { client } = useEditor();
  useEffect(() => client.watch([[uuid, io]]), [client, uuid, io]);
  const key = portKey(uuid, io);
  return useGraph(state => state.previews[key]);
}
