/** A node class on its way from the library to the canvas, as the browser's own drag and drop carries it. */

const MIME = 'application/x-funcnodes-node';

export function giveDraggedNode(transfer: DataTransfer, nodeId: string): void {
  transfer.setData(MIME, nodeId);
  transfer.effectAllowed = 'copy';
}

/** The node class that is dropped; empty when something else is. */
export function takeDraggedNode(transfer: DataTransfer): string {
  return transfer.getData(MIME);
}
