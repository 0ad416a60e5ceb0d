import { type KeyboardEvent, type ReactNode, type RefObject, useCallback } from 'react';
import { Icon, type IconName } from './Icon';
import { Popover } from './Popover';

interface MenuProps {
  anchor: RefObject<HTMLElement | null>;
  label: string;
  align?: 'start' | 'end';
  className?: string;
  onClose(): void;
  children: ReactNode;
}

/** A menu: arrow keys walk, Escape closes and gives the focus back to what opened it. */
export function Menu({
  anchor,
  label,
  align,
  className = '',
  onClose,
  children,
}: MenuProps): React.JSX.Element {
  const focusFirst = useCallback((menu: HTMLDivElement | null) => {
    if (menu && !menu.contains(document.activeElement)) items(menu)[0]?.focus({ preventScroll: true });
  }, []);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    // in a field the arrow keys are the field's own
    if ((event.target as HTMLElement).matches('input, select') && event.key !== 'Escape') return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step) {
      event.preventDefault();
      const all = items(event.currentTarget);
      const at = all.indexOf(document.activeElement as HTMLElement);
      all[(at + step + all.length) % all.length]?.focus({ preventScroll: true });
    } else if (event.key === 'Escape' && !event.defaultPrevented) {
      event.preventDefault();
      onClose();
      anchor.current?.focus({ preventScroll: true });
    }
  };

  return (
    <Popover anchor={anchor} align={align} onClose={onClose}>
      <div
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className={`fn-menu ${className}`}
        ref={focusFirst}
        onKeyDown={onKeyDown}
      >
        {children}
      </div>
    </Popover>
  );
}

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]:not(:disabled)')];
}

interface MenuItemProps {
  icon?: IconName;
  hint?: string;
  title?: string;
  disabled?: boolean;
  onChoose(): void;
  children: ReactNode;
}

export function MenuItem({
  icon,
  hint,
  title,
  disabled = false,
  onChoose,
  children,
}: MenuItemProps): React.JSX.Element {
  return (
    <button
      type="button"
      role="menuitem"
      className="fn-menu-item"
      title={title}
      disabled={disabled}
      onClick={onChoose}
    >
      {icon && <Icon name={icon} />}
      <span className="fn-menu-label">{children}</span>
      {hint && <span className="fn-menu-hint">{hint}</span>}
    </button>
  );
}

interface MenuChoiceProps {
  icon: IconName;
  label: string;
  /** A line that says what choosing it means. */
  explanation: string;
  chosen: boolean;
  onChoose(): void;
}

/** One of a few ways to go on, with a line of explanation; the present one is marked. */
export function MenuChoice({
  icon,
  label,
  explanation,
  chosen,
  onChoose,
}: MenuChoiceProps): React.JSX.Element {
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={chosen}
      className="fn-menu-item fn-menu-choice"
      onClick={onChoose}
    >
      <Icon name={icon} />
      <span className="fn-menu-label">
        {label}
        <span className="fn-menu-explanation">{explanation}</span>
      </span>
      {chosen && <Icon name="check" size={14} />}
    </button>
  );
}

export function MenuSeparator(): React.JSX.Element {
  return <hr className="fn-menu-line" />;
}
