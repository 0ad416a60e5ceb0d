import type { NodeState } from '../../protocol/types.gen';
import { takesFile } from '../../renderers/fieldKind';

/** The files from the desktop that are dropped, none when they are folders; null when it is something else. */
export function takeDroppedFiles(transfer: DataTransfer): File[] | null {
  const items = [...transfer.items].filter(item => item.kind === 'file');
  if (items.length === 0) return null;
  const plain = items.filter(item => !item.webkitGetAsEntry()?.isDirectory);
  return plain.map(item => item.getAsFile()).filter(file => file !== null);
}

/** The input of a node that a file dropped on it is for: the first one that is a path and not connected. */
export function inputForFile(node: NodeState | undefined, connected: (io: string) => boolean): string | null {
  return node?.io.find(port => takesFile(port) && !port.hidden && !connected(port.id))?.id ?? null;
}

/** The node that reads a file dropped on the bare canvas, by the end of the file's name. */
const READERS: Readonly<Record<string, { nodeId: string; inputs: Readonly<Record<string, unknown>> }>> = {
  csv: { nodeId: 'data.read_csv', inputs: {} },
  tsv: { nodeId: 'data.read_csv', inputs: { separator: 'tab' } },
};

export function readerOf(
  name: string,
): { nodeId: string; inputs: Readonly<Record<string, unknown>> } | undefined {
  return READERS[name.slice(name.lastIndexOf('.') + 1).toLowerCase()];
}
