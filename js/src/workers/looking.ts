/**
 * Looks at something again and again while an element can be seen: in a background tab or a closed panel nothing is asked.
 * @param look never rejects; the next pause begins when it is done
 * @param pauses between two looks, in milliseconds; the last one holds for all that follow
 * @returns ends it
 */
export function lookAgain(
  element: Element | null,
  look: () => Promise<void>,
  pauses: readonly number[],
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let count = 0;
  let isOver = false;
  const next = async (): Promise<void> => {
    if (isSeen(element)) {
      await look();
      count += 1;
    }
    if (!isOver)
      timer = setTimeout(() => void next(), pauses[Math.min(Math.max(count, 1), pauses.length) - 1]);
  };
  void next();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

function isSeen(element: Element | null): boolean {
  // A browser that cannot tell counts as showing it.
  return !document.hidden && element?.checkVisibility?.() !== false;
}
