// How somebody else on the page asks an editor to write its graph into a cell: editors in a notebook's output and those
// in tabs are of separate bundles, and share nothing but the document.

const EVENT = 'funcnodes:write-cell';

/** Asks an editor, by its root element, to do what its button for exporting does. */
export function askForCell(editor: HTMLElement): void {
  editor.dispatchEvent(new Event(EVENT));
}

/** Calls `answer` at each such request; the returned function ends that. */
export function answerCellRequests(editor: HTMLElement, answer: () => void): () => void {
  editor.addEventListener(EVENT, answer);
  return () => editor.removeEventListener(EVENT, answer);
}
