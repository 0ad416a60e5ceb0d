import { useReactFlow } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { useEditor } from '../context';
import type { Point } from '../layout/placement';
import { createShortcuts, shortcutOf } from './shortcuts';

/** The keys of the editor: they work wherever in it the focus is, except while something is typed. */
export function useShortcuts(root: HTMLElement): void {
  const parts = useEditor();
  const flow = useReactFlow();
  const pointer = usePointer(root);
  useModifiers(root);

  useEffect(() => {
    const openPalette = (): void => {
      const frame = root.getBoundingClientRect();
      const at = pointer.current ?? middleOf(frame);
      const target = pointer.current ? flow.screenToFlowPosition(at) : null;
      parts.ui.setState({ palette: { at: { x: at.x - frame.left, y: at.y - frame.top }, target } });
    };
    const shortcuts = createShortcuts(parts, root, openPalette);
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      if ((event.target as HTMLElement).closest('dialog')) return; // it keeps the keys
      if (isTyping(event.target)) {
        if (event.key === 'Escape') root.focus({ preventScroll: true });
        return;
      }
      if ((event.target as HTMLElement).closest('[role="menu"], dialog')) return;
      // holding a key takes back step after step, but does nothing else over and over
      if (event.repeat && !event.ctrlKey && !event.metaKey) return;
      const action = shortcuts[shortcutOf(event)];
      if (!action) return;
      event.preventDefault();
      action();
    };
    root.addEventListener('keydown', onKeyDown);
    return () => root.removeEventListener('keydown', onKeyDown);
  }, [root, parts, flow, pointer]);
}

/** Where the pointer is on the canvas, in window pixels; null while it is elsewhere. */
function usePointer(root: HTMLElement): React.RefObject<Point | null> {
  const pointer = useRef<Point | null>(null);
  useEffect(() => {
    const onMove = (event: PointerEvent): void => {
      const overCanvas = (event.target as HTMLElement).closest('.fn-canvas');
      pointer.current = overCanvas ? { x: event.clientX, y: event.clientY } : null;
    };
    const onLeave = (): void => {
      pointer.current = null;
    };
    root.addEventListener('pointermove', onMove);
    root.addEventListener('pointerleave', onLeave);
    return () => {
      root.removeEventListener('pointermove', onMove);
      root.removeEventListener('pointerleave', onLeave);
    };
  }, [root]);
  return pointer;
}

/** Shift draws a selection box; a press outside the editor gives the wheel back to the notebook. */
function useModifiers(root: HTMLElement): void {
  const { ui } = useEditor();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Shift') ui.setState({ boxSelect: event.type === 'keydown' });
    };
    const onPress = (event: PointerEvent): void => {
      if (!root.contains(event.target as Node)) ui.setState({ canvasActive: false, boxSelect: false });
    };
    root.addEventListener('keydown', onKey);
    root.addEventListener('keyup', onKey);
    document.addEventListener('pointerdown', onPress, true);
    return () => {
      root.removeEventListener('keydown', onKey);
      root.removeEventListener('keyup', onKey);
      document.removeEventListener('pointerdown', onPress, true);
    };
  }, [root, ui]);
}

function middleOf(frame: DOMRect): Point {
  return { x: frame.left + frame.width / 2 - 140, y: frame.top + frame.height / 3 };
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type="checkbox"]), textarea, select');
}
