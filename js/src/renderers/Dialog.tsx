import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

interface DialogProps {
  title: string;
  /** Escape, or a press beside it. */
  onClose(): void;
  children: ReactNode;
}

/** A question that has to be answered before anything else here; it keeps the keys until then. */
export function Dialog({ title, onClose, children }: DialogProps): React.JSX.Element {
  const place = useRef<HTMLSpanElement>(null);
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [root, setRoot] = useState<HTMLElement | null>(null);
  useLayoutEffect(() => setRoot(place.current?.closest<HTMLElement>('.fn-editor') ?? null), []);
  useEffect(() => {
    const dialog = box.current;
    if (!root || !dialog) return;
    dialog.showModal();
    return () => dialog.close();
  }, [root]);
  if (!root) return <span ref={place} hidden />;
  return createPortal(
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys have Escape, which the browser makes a cancel of
    <dialog
      ref={box}
      className="fn-dialog"
      aria-labelledby={heading}
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
      onClick={event => event.target === box.current && onClose()}
    >
      <div className="fn-dialog-body">
        <h2 id={heading} className="fn-dialog-title">
          {title}
        </h2>
        {children}
      </div>
    </dialog>,
    root.querySelector('.fn-overlay') ?? root,
  );
}
