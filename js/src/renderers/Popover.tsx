import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { placePopover } from './popoverPlace';

interface PopoverProps {
  /** What the popover hangs on; it is shown inside the same editor, over everything else. */
  anchor: RefObject<HTMLElement | null>;
  align?: 'start' | 'end';
  /** At least as wide as its anchor. */
  matchWidth?: boolean;
  className?: string;
  onClose(): void;
  children: ReactNode;
}

/** A floating box below (or above) its anchor; closes on a press outside of both. */
export function Popover(props: PopoverProps): React.JSX.Element | null {
  const { anchor, align = 'start', matchWidth = false, className = '', onClose, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const [root, setRoot] = useState<HTMLElement | null>(null);
  const [style, setStyle] = useState<React.CSSProperties>({ opacity: 0 });

  useLayoutEffect(() => setRoot(anchor.current?.closest<HTMLElement>('.fn-editor') ?? null), [anchor]);

  useLayoutEffect(() => {
    if (!root || !anchor.current || !box.current) return;
    const place = placePopover(
      anchor.current.getBoundingClientRect(),
      box.current.getBoundingClientRect(),
      root.getBoundingClientRect(),
      align,
    );
    setStyle({ ...place, minWidth: matchWidth ? anchor.current.getBoundingClientRect().width : undefined });
  }, [root, anchor, align, matchWidth]);

  useEffect(() => {
    if (!root) return;
    const onPress = (event: PointerEvent): void => {
      const target = event.target as Node;
      if (!box.current?.contains(target) && !anchor.current?.contains(target)) onClose();
    };
    document.addEventListener('pointerdown', onPress, true);
    const onWheel = (event: WheelEvent): void => {
      if (!box.current?.contains(event.target as Node)) onClose();
    };
    root.addEventListener('wheel', onWheel, { passive: true });
    return () => {
      document.removeEventListener('pointerdown', onPress, true);
      root.removeEventListener('wheel', onWheel);
    };
  }, [root, anchor, onClose]);

  if (!root) return null;
  return createPortal(
    <div ref={box} className={`fn-popover ${className}`} style={style}>
      {children}
    </div>,
    root.querySelector('.fn-overlay') ?? root,
  );
}
