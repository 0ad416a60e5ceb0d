import { useCallback, useRef, useState } from 'react';
import type { GraphMode } from '../../model/state';
import { Icon } from '../../renderers/Icon';
import { Menu, MenuChoice } from '../../renderers/Menu';
import { useEditor, useGraph } from '../context';

const MODES = {
  reactive: {
    icon: 'bolt',
    label: 'Reactive',
    explanation: 'Edits run what depends on them.',
  },
  paused: {
    icon: 'pause',
    label: 'Paused',
    explanation: 'Edits wait until you press Run.',
  },
} as const;

/** Whether edits run what depends on them, or wait for Run. */
export function ModeSwitch(): React.JSX.Element {
  const { commands } = useEditor();
  const mode = useGraph(state => state.mode);
  const connected = useGraph(state => state.connection === 'open');
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setOpen(false), []);
  const choose = (wanted: GraphMode) => () => {
    close();
    if (wanted !== mode) void commands.setMode(wanted);
  };
  const { icon, label, explanation } = MODES[mode];
  return (
    <>
      <button
        ref={button}
        type="button"
        className="fn-button fn-mode"
        data-testid="fn-mode"
        data-mode={mode}
        disabled={!connected}
        aria-label={`Mode: ${label}`}
        aria-haspopup="menu"
        aria-expanded={open}
        title={`${label}: ${explanation}`}
        onClick={() => setOpen(!open)}
      >
        <Icon name={icon} size={14} /> <span className="fn-bar-label">{label}</span>
        <Icon name="down" size={12} />
      </button>
      {open && (
        <Menu anchor={button} label="Mode" className="fn-mode-menu" onClose={close}>
          {(['reactive', 'paused'] as const).map(one => (
            <MenuChoice key={one} {...MODES[one]} chosen={one === mode} onChoose={choose(one)} />
          ))}
        </Menu>
      )}
    </>
  );
}
