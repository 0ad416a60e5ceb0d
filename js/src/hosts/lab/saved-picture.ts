import type { SavedGraph } from './saved-graph';

/** A picture that is so many times as high as its place is not shrunk to that. */
const MOST_SHRUNK = 1.6;

/** What a person can do where only the picture of a graph is shown. */
export interface Offer {
  readonly label: string;
  run(): unknown;
}

/**
 * Shows the saved picture of a graph.
 * @param reason why it is not the editor; empty while that is not known
 */
export function showPicture(
  el: HTMLElement,
  graph: SavedGraph,
  reason: string,
  offers: readonly Offer[],
): void {
  const parts: HTMLElement[] = [];
  if (graph.svg !== null) parts.push(imageOf(graph, graph.svg));
  if (reason) parts.push(lineOf(reason, offers));
  el.replaceChildren(...parts);
}

function imageOf({ name, height }: SavedGraph, svg: string): HTMLElement {
  const image = document.createElement('img');
  image.className = 'jp-FuncNodes-picture';
  // As an image, nothing in it can run or be fetched, whoever wrote it.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  image.alt = `Picture of the graph “${name}”`;
  const frame = document.createElement('div');
  frame.className = 'jp-FuncNodes-pictureFrame';
  frame.style.maxHeight = `${height}px`;
  // One that would be much too small in there is scrolled instead.
  if (!(heightOf(svg) > MOST_SHRUNK * height)) image.style.maxHeight = `${height}px`;
  frame.append(image);
  return frame;
}

/** Pixels, as the picture itself says. */
function heightOf(svg: string): number {
  return Number(/^<svg [^>]*?height="([\d.]+)"/.exec(svg)?.[1]);
}

function lineOf(reason: string, offers: readonly Offer[]): HTMLElement {
  const line = document.createElement('div');
  line.className = 'jp-FuncNodes-pictureLine';
  line.dataset.testid = 'fn-picture-line';
  const text = document.createElement('span');
  text.textContent = reason;
  line.append(text, ...offers.map(buttonOf));
  return line;
}

function buttonOf({ label, run }: Offer): HTMLButtonElement {
  const button = document.createElement('button');
  button.className = 'jp-FuncNodes-textButton';
  button.textContent = label;
  button.addEventListener('click', async () => {
    // Pressed again before it is done, it would do it twice.
    button.disabled = true;
    await run();
    button.disabled = false;
  });
  return button;
}
