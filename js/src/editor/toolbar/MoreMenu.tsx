import { useCallback, useRef, useState } from 'react';
import { Icon, type IconName } from '../../renderers/Icon';
import { Menu, MenuItem } from '../../renderers/Menu';

export interface MoreItem {
  readonly icon: IconName;
  readonly label: string;
  readonly disabled?: boolean;
  act(): void;
}

/** What a narrow bar has no room for; shown only there. */
export function MoreMenu({ items }: { items: readonly MoreItem[] }): React.JSX.Element {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setOpen(false), []);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="fn-icon-button fn-bar-more"
        aria-label="More"
        title="More"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open && (
        <Menu anchor={button} align="end" label="More" onClose={close}>
          {items.map(({ icon, label, disabled, act }) => (
            <MenuItem
              key={label}
              icon={icon}
              disabled={disabled}
              onChoose={() => {
                close();
                act();
              }}
            >
              {label}
            </MenuItem>
          ))}
        </Menu>
      )}
    </>
  );
}
