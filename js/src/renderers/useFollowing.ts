import { type RefObject, useLayoutEffect, useRef } from 'react';

/** How far from its end, in pixels, a log still counts as read to the end. */
const NEAR_END = 24;

/** Keeps the end of a scrolling box in view when its content changes, unless the person scrolled back to read. */
export function useFollowing(content: unknown): RefObject<HTMLDivElement> {
  const box = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the coming of new content that moves the end
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const wasAtEnd = height.current - element.scrollTop - element.clientHeight < NEAR_END;
    if (wasAtEnd) element.scrollTop = element.scrollHeight;
    height.current = element.scrollHeight;
  }, [content]);
  return box;
}
