import { type KeyboardEvent, type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Icon } from './Icon';

/** Marks what gets the focus when a dialog, or a step of it, is shown. */
export const FIRST_FOCUS = { 'data-first-focus': '' } as const;

interface DialogProps {
  title: string;
  /** A quiet line below the title. */
  about?: ReactNode;
  /** Changes when the dialog goes on to something else: the focus goes to what is marked with FIRST_FOCUS there. */
  step?: string;
  testId?: string;
  className?: string;
  /** Escape and the cross: a step back, or closing it. Null: neither helps just now, and the cross is not there. */
  onClose: (() => void) | null;
  children: ReactNode;
}

/**
 * A modal dialog in the middle of the window, also of an editor that is only a cell high. The browser keeps the focus
 * in it, makes all else inert, and gives the focus back at the end.
 */
export function Dialog(props: DialogProps): React.JSX.Element {
  const { title, about, step = '', testId, className = '', onClose, children } = props;
  const heading = useId();
  const box = useRef<HTMLDialogElement>(null);

  useLayoutEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another step is what moves the focus
  useLayoutEffect(() => {
    const dialog = box.current;
    const first = dialog?.querySelector<HTMLElement>('[data-first-focus]:not(:disabled)');
    (first ?? dialog)?.focus({ preventScroll: true });
  }, [step]);

  const clicked = useRef(step);
  const onClickCapture = (event: MouseEvent): void => {
    if (event.detail < 2) clicked.current = step;
    else if (clicked.current !== step) {
      // the rest of a double click, which was not meant for what stands there by now
      event.preventDefault();
      event.stopPropagation();
    }
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // likewise: a key that is held down
    if (event.key === 'Enter' && event.repeat) event.preventDefault();
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    // else the browser closes it itself when the key is pressed twice, whatever goes on in it
    event.preventDefault();
    onClose?.();
  };

  return (
    <dialog
      ref={box}
      tabIndex={-1}
      className={`fn-dialog ${className}`}
      data-testid={testId}
      aria-labelledby={heading}
      onClickCapture={onClickCapture}
      onKeyDown={onKeyDown}
      onCancel={event => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <header className="fn-dialog-top">
        <div className="fn-dialog-titles">
          <h2 id={heading}>{title}</h2>
          {about && <p className="fn-quiet">{about}</p>}
        </div>
        {onClose && (
          <button
            type="button"
            className="fn-icon-button"
            title="Close (Esc)"
            aria-label="Close"
            onClick={onClose}
          >
            <Icon name="close" size={14} />
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}
