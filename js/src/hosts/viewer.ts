// The editor in a page that stands alone: a graph to look at, in the place of its picture.
import { createSnapshotClient, type Snapshot } from '../client/snapshot';
import { mountViewer } from '../editor/viewer/mountViewer';
import './viewer.css';

/** How far outside the window, in pixels, a graph is drawn already. */
const NEAR = 600;

/** Draws each graph of a page once it comes near the window. Whatever goes wrong, its picture stays. */
export function showGraphs(page: ParentNode): void {
  const observer = new IntersectionObserver(
    entries => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        showGraph(target as HTMLElement);
      }
    },
    { rootMargin: `${NEAR}px` },
  );
  for (const place of page.querySelectorAll('.fn-viewer')) observer.observe(place);
}

/** Draws the graph whose snapshot stands in an element. */
export function showGraph(place: HTMLElement): void {
  const text = place.querySelector('script[type="application/json"]')?.textContent;
  if (!text) return;
  const canvas = document.createElement('div');
  canvas.className = 'fn-viewer-canvas';
  try {
    mountViewer(canvas, createSnapshotClient(JSON.parse(text) as Snapshot), !('whole' in place.dataset));
  } catch (error) {
    console.error('FuncNodes: this graph cannot be drawn.', error);
    return;
  }
  place.append(canvas);
  place.dataset.live = '';
}
