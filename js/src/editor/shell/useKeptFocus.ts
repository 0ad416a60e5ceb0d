import { useEffect } from 'react';

/**
 * Keeps the keys with the editor when what had the focus goes away, such as a node that was deleted: the browser
 * would hand the focus to the page, where Ctrl+Z reaches nobody.
 */
export function useKeptFocus(root: HTMLElement): void {
  useEffect(() => {
    let focused: Element | null = null;
    const onFocus = (event: FocusEvent): void => {
      focused = event.target as Element;
    };
    const onBlur = (): void => {
      // it may be on its way out of the page right now
      queueMicrotask(() => {
        if (focused?.isConnected && !root.contains(document.activeElement)) focused = null;
      });
    };
    const observer = new MutationObserver(() => {
      if (!focused || focused.isConnected) return;
      focused = null;
      if (document.activeElement === document.body) root.focus({ preventScroll: true });
    });
    root.addEventListener('focusin', onFocus);
    root.addEventListener('focusout', onBlur);
    observer.observe(root, { childList: true, subtree: true });
    return () => {
      root.removeEventListener('focusin', onFocus);
      root.removeEventListener('focusout', onBlur);
      observer.disconnect();
    };
  }, [root]);
}
