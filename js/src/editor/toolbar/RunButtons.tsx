import { useCallback, useRef, useState } from 'react';
import { countOf, formatCount } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { Menu, MenuItem } from '../../renderers/Menu';
import { useEditor, useGraph } from '../context';
import { isBusy } from '../node/status';
import { countStale, countUntrusted } from './stale';

/** Run what is stale (or all, when nothing is), and stop what runs. */
export function RunButtons(): React.JSX.Element {
  const { commands } = useEditor();
  const stale = useGraph(countStale);
  const untrusted = useGraph(countUntrusted);
  const total = useGraph(state => Object.keys(state.nodes).length);
  const open = useGraph(state => state.connection === 'open');
  const paused = useGraph(state => state.mode === 'paused');
  const busy = useGraph(state => Object.values(state.nodes).some(isBusy));
  const [menu, setMenu] = useState(false);
  const more = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setMenu(false), []);
  const run = (scope: 'stale' | 'all') => () => {
    close();
    void commands.run(scope);
  };
  return (
    <>
      <div className="fn-split">
        <button
          type="button"
          className="fn-button"
          data-testid="fn-run"
          data-primary={stale > 0 || undefined}
          disabled={total === 0 || !open}
          aria-label={stale > 0 ? `Run ${countOf(stale, 'stale node')}` : 'Run'}
          title={runTitle(stale, untrusted, paused)}
          onClick={run(stale > 0 ? 'stale' : 'all')}
        >
          <Icon name="play" size={14} />
          {stale > 0 && <span>{formatCount(stale)}</span>}
          <span className="fn-bar-label">{stale > 0 ? 'stale · Run' : 'Run'}</span>
        </button>
        <button
          ref={more}
          type="button"
          className="fn-button fn-split-more fn-bar-wide"
          data-primary={stale > 0 || undefined}
          disabled={total === 0 || !open}
          aria-label="More ways to run"
          title="More ways to run"
          aria-haspopup="menu"
          aria-expanded={menu}
          onClick={() => setMenu(!menu)}
        >
          <Icon name="down" size={12} />
        </button>
      </div>
      {menu && (
        <Menu anchor={more} align="end" label="Run" onClose={close}>
          <MenuItem
            disabled={stale === 0}
            hint={stale > 0 ? String(stale) : undefined}
            onChoose={run('stale')}
          >
            Run what is stale
          </MenuItem>
          <MenuItem hint={String(total)} onChoose={run('all')}>
            Run all
          </MenuItem>
        </Menu>
      )}
      <button
        type="button"
        className="fn-button fn-quiet-button"
        data-testid="fn-stop"
        disabled={!busy || !open}
        aria-label="Stop"
        title={busy ? 'Stop all that runs' : 'Nothing runs'}
        onClick={() => void commands.cancel()}
      >
        <Icon name="stop" size={14} /> <span className="fn-bar-label">Stop</span>
      </button>
    </>
  );
}

function runTitle(stale: number, untrusted: number, paused: boolean): string {
  const wait = untrusted === 1 ? 'waits' : 'wait';
  const others = untrusted > 0 ? `. ${countOf(untrusted, 'stale node')} ${wait} for trust` : '';
  if (stale > 0) return `${paused ? 'Paused: edits wait. ' : ''}Run ${countOf(stale, 'stale node')}${others}`;
  return `${untrusted > 0 ? 'Nothing else' : 'Nothing'} is stale: run all nodes again${others}`;
}
