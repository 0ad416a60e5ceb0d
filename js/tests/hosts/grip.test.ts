import { fireEvent } from '@testing-library/dom';
import { beforeEach, expect, it, vi } from 'vitest';
import { heightGrip } from '../../src/hosts/grip';

let kept: number;
let shown: number;
const set = vi.fn((height: number) => {
  kept = height;
});

function grip(): HTMLElement {
  const { element } = heightGrip({
    get: () => kept,
    set,
    show: height => {
      shown = height;
    },
  });
  // jsdom has no pointer capture.
  element.setPointerCapture = () => {};
  return element;
}

/** jsdom's pointer events do not carry coordinates; mouse events of those names do. */
function pointer(element: HTMLElement, type: string, clientY: number): void {
  fireEvent(element, new MouseEvent(type, { clientY, button: 0, bubbles: true }));
}

beforeEach(() => {
  kept = 400;
  shown = 0;
  set.mockClear();
});

it('shows the kept height', () => {
  grip();
  expect(shown).toBe(400);
});

it('shows while it is dragged and remembers at the end', () => {
  const element = grip();
  pointer(element, 'pointerdown', 100);
  pointer(element, 'pointermove', 150);
  expect([shown, kept]).toEqual([450, 400]);
  pointer(element, 'pointerup', 150);
  expect(kept).toBe(450);
  expect(set).toHaveBeenCalledOnce();
});

it('takes a drag back on Escape', () => {
  const element = grip();
  pointer(element, 'pointerdown', 100);
  pointer(element, 'pointermove', 300);
  fireEvent.keyDown(element, { key: 'Escape' });
  pointer(element, 'pointermove', 500);
  expect([shown, kept]).toEqual([400, 400]);
});

it.each([
  ['ArrowDown', 420],
  ['ArrowUp', 380],
  ['a', 400],
])('%s', (key, height) => {
  fireEvent.keyDown(grip(), { key });
  expect(kept).toBe(height);
});

it('keeps within what can be used', () => {
  const element = grip();
  pointer(element, 'pointerdown', 1000);
  pointer(element, 'pointermove', 0);
  pointer(element, 'pointerup', 0);
  expect(kept).toBe(160);
});
