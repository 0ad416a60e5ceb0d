import { useRef } from 'react';
import { Icon } from '../../renderers/Icon';
import { keyText } from '../../renderers/keys';
import { useEditor, useGraph, useHost, useUi } from '../context';
import { type PanelName, showPanel } from '../state/ui';
import { HistoryButtons } from './HistoryButtons';
import { ModeSwitch } from './ModeSwitch';
import { MoreMenu } from './MoreMenu';
import { Notice } from './Notice';
import { RunButtons } from './RunButtons';
import { useExportToCell } from './useExportToCell';
import { useTidy } from './useTidy';
import { WorkerSelect } from './WorkerSelect';

/** The bar on top: which worker, running, adding, arranging, and the two side panels. */
export function Toolbar({
  worker,
  onSelect,
}: {
  worker: string;
  onSelect(uuid: string): void;
}): React.JSX.Element {
  const { ui, commands, compact } = useEditor();
  const tidy = useTidy();
  const open = useGraph(state => state.connection === 'open');
  const { manager, openBeside } = useHost();
  const bar = useRef<HTMLDivElement>(null);
  const toCell = useExportToCell(worker, bar);
  return (
    <div ref={bar} className="fn-bar" role="toolbar" aria-label="Editor">
      <WorkerSelect manager={manager} current={worker} onSelect={onSelect} />
      <span className="fn-bar-line" />
      <HistoryButtons />
      <span className="fn-bar-line" />
      <ModeSwitch />
      <RunButtons />
      <Notice />
      <button
        type="button"
        className="fn-button fn-quiet-button"
        data-testid="fn-add"
        disabled={!open}
        aria-label="Add"
        title="Find a node and add it (/)"
        onClick={event => {
          const bar = event.currentTarget.closest('.fn-editor')?.getBoundingClientRect();
          const button = event.currentTarget.getBoundingClientRect();
          if (!bar) return;
          const at = { x: button.left - bar.left, y: button.bottom - bar.top + 8 };
          ui.setState({ palette: { at, target: null } });
        }}
      >
        <Icon name="plus" /> <span className="fn-bar-label">Add</span> <kbd className="fn-bar-label">/</kbd>
      </button>
      <button
        type="button"
        className="fn-button fn-quiet-button fn-bar-wide"
        title="Arrange the nodes in columns along their wires"
        aria-label="Tidy up"
        disabled={!open}
        onClick={tidy}
      >
        <Icon name="tidy" /> {!compact && <span className="fn-bar-label">Tidy up</span>}
      </button>
      {openBeside && (
        <button
          type="button"
          className="fn-button fn-quiet-button fn-bar-wide"
          data-testid="fn-open-beside"
          aria-label="Open beside"
          title="Open this worker in a tab beside the notebook"
          onClick={() => openBeside(worker)}
        >
          <Icon name="beside" /> <span className="fn-bar-label">Open beside</span>
        </button>
      )}
      {toCell && (
        <button
          type="button"
          className="fn-button fn-quiet-button fn-bar-wide"
          data-testid="fn-to-cell"
          aria-label="Export to cell"
          title="Write the graph as Python into a new cell below the active one"
          disabled={!open}
          onClick={toCell}
        >
          <Icon name="cell" />
        </button>
      )}
      <MoreMenu
        items={[
          { icon: 'tidy', label: 'Tidy up', disabled: !open, act: tidy },
          { icon: 'play', label: 'Run all', disabled: !open, act: () => void commands.run('all') },
          ...(openBeside
            ? [{ icon: 'beside', label: 'Open beside', act: () => openBeside(worker) } as const]
            : []),
          ...(toCell
            ? [{ icon: 'cell', label: 'Export to cell', disabled: !open, act: toCell } as const]
            : []),
        ]}
      />
      <span className="fn-bar-line" />
      <PanelToggle which="libraryOpen" icon="leftPanel" label="Library" keys="Mod+b" />
      <PanelToggle which="inspectorOpen" icon="rightPanel" label="Inspector" keys="Mod+i" />
    </div>
  );
}

interface PanelToggleProps {
  which: PanelName;
  icon: 'leftPanel' | 'rightPanel';
  label: string;
  keys: string;
}

function PanelToggle({ which, icon, label, keys }: PanelToggleProps): React.JSX.Element {
  const { ui } = useEditor();
  const open = useUi(state => state[which]);
  const name = label.toLowerCase();
  return (
    <button
      type="button"
      className="fn-icon-button"
      data-testid={`fn-toggle-${name}`}
      aria-label={label}
      aria-pressed={open}
      title={`${open ? 'Hide' : 'Show'} the ${name} (${keyText(keys)})`}
      onClick={() => showPanel(ui, which, !open)}
    >
      <Icon name={icon} />
    </button>
  );
}
