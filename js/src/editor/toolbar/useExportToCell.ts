import { type RefObject, useCallback, useEffect } from 'react';
import { answerCellRequests } from '../cell-request';
import { useEditor, useGraph, useHost } from '../context';

/**
 * Writes the graph into a cell of a notebook, here and when the page asks for it; undefined where there is none.
 *
 * @param inside something in the editor
 */
export function useExportToCell(
  worker: string,
  inside: RefObject<HTMLElement | null>,
): (() => void) | undefined {
  const { commands } = useEditor();
  const open = useGraph(state => state.connection === 'open');
  const { exportToCell, manager } = useHost();

  const write = useCallback(async (): Promise<void> => {
    const text = await commands.asCell();
    const name = manager.store.getState().workers.find(record => record.uuid === worker)?.name;
    if (text !== undefined && name !== undefined) exportToCell?.(`%%funcnodes ${name}\n${text.trimEnd()}`);
  }, [commands, exportToCell, manager, worker]);

  useEffect(() => {
    const editor = inside.current?.closest<HTMLElement>('.fn-editor');
    if (!editor || !open) return;
    return answerCellRequests(editor, () => void write());
  }, [inside, open, write]);

  return exportToCell && (() => void write());
}
