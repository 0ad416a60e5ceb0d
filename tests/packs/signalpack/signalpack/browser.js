// Draws signals. It is loaded only after a person allowed it; without it a signal is shown as JSON.

const SVG = 'http://www.w3.org/2000/svg';

/** @param api what the editor lends to the code of packs */
export default function activate(api) {
  api.registerRenderer('signalpack.signal', { render: drawSignal });
}

function drawSignal(element, preview) {
  const { samples } = preview.data['application/json'];
  const low = Math.min(...samples);
  const range = Math.max(...samples) - low || 1;
  const width = Math.max(1, samples.length - 1);
  const points = samples.map((value, step) => `${(100 * step) / width},${38 - (36 * (value - low)) / range}`);
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', '0 0 100 40');
  picture.setAttribute('preserveAspectRatio', 'none');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', `A signal of ${samples.length} samples`);
  picture.style.cssText = 'display: block; width: 100%; height: 100%';
  const line = document.createElementNS(SVG, 'polyline');
  line.setAttribute('points', points.join(' '));
  line.setAttribute('fill', 'none');
  line.setAttribute('stroke', 'currentColor');
  line.setAttribute('stroke-width', '1.5');
  line.setAttribute('vector-effect', 'non-scaling-stroke');
  picture.append(line);
  element.replaceChildren(picture);
  return () => picture.remove();
}
