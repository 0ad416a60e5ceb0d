import { useMemo } from 'react';
import type { PortState } from '../../protocol/types.gen';
import { takesFile } from '../../renderers/fieldKind';
import { takeDroppedFiles } from '../canvas/droppedFiles';
import { useEditor } from '../context';

type DropHandlers = Pick<React.HTMLAttributes<HTMLElement>, 'onDragOver' | 'onDrop'>;

/** Has an element take files from the desktop for an input that is the path of one; nothing for other inputs. */
export function useFileDrop(uuid: string, port: PortState): DropHandlers {
  const { uploads } = useEditor();
  const takes = uploads !== null && takesFile(port);
  return useMemo(() => {
    if (!takes) return {};
    return {
      onDragOver: event => event.preventDefault(),
      onDrop: event => {
        const dropped = takeDroppedFiles(event.dataTransfer);
        if (!dropped) return;
        event.preventDefault();
        event.stopPropagation();
        void uploads?.sendTo(uuid, port.id, dropped);
      },
    };
  }, [takes, uploads, uuid, port.id]);
}
