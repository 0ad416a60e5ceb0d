import { ReactFlowProvider } from '@xyflow/react';
import { useEffect, useMemo } from 'react';
import type { WorkerClient } from '../../client/worker';
import { Canvas } from '../canvas/Canvas';
import { EditorContext, type EditorParts, HostContext, useUi } from '../context';
import type { EditorHost } from '../host';
import { Inspector } from '../inspector/Inspector';
import { LibraryPanel } from '../library/LibraryPanel';
import { QuickAdd } from '../library/QuickAdd';
import { SelectionMenu } from '../node/SelectionMenu';
import { createCommands } from '../state/commands';
import { settleWithGraph } from '../state/settle';
import { createUiStore } from '../state/ui';
import { createUploads } from '../state/uploads';
import { Toolbar } from '../toolbar/Toolbar';
import { Banner } from './Banner';
import { LogDrawer } from './LogDrawer';
import { useComeback } from './useComeback';
import { useKeptFocus } from './useKeptFocus';
import { isNarrow, useNarrow } from './useNarrow';
import { useShortcuts } from './useShortcuts';

interface WorkbenchProps {
  root: HTMLElement;
  client: WorkerClient;
  worker: string;
  host: EditorHost;
  onSelect(uuid: string): void;
}

/** The editor of one worker: bar, panels and canvas around one graph store. */
export function Workbench({ root, client, worker, host, onSelect }: WorkbenchProps): React.JSX.Element {
  const parts = useMemo<EditorParts>(() => {
    const ui = createUiStore(isNarrow(root.clientWidth, host.compact));
    const commands = createCommands(client, ui);
    const uploads = createUploads(host, client, ui, commands);
    return { client, ui, commands, uploads, compact: host.compact, readOnly: false };
  }, [client, host, root]);
  useEffect(() => settleWithGraph(client.store, parts.ui), [client, parts]);
  return (
    <HostContext.Provider value={host}>
      <EditorContext.Provider value={parts}>
        <ReactFlowProvider>
          <Root root={root} worker={worker} />
          <Toolbar worker={worker} onSelect={onSelect} />
          <Banner worker={worker} />
          <Body />
          <LogDrawer worker={worker} />
          <PointerMenu />
        </ReactFlowProvider>
      </EditorContext.Provider>
    </HostContext.Provider>
  );
}

/** What draws nothing itself: the keys and the width of the editor's root element, and the worker's coming back. */
function Root({ root, worker }: { root: HTMLElement; worker: string }): null {
  useShortcuts(root);
  useKeptFocus(root);
  useNarrow(root);
  useComeback(worker);
  return null;
}

function Body(): React.JSX.Element {
  const library = useUi(state => state.libraryOpen);
  const inspector = useUi(state => state.inspectorOpen);
  const palette = useUi(state => state.palette);
  return (
    <div className="fn-body">
      {library && <LibraryPanel />}
      <Canvas />
      {inspector && <Inspector />}
      {palette && <QuickAdd key={`${palette.at.x},${palette.at.y}`} palette={palette} />}
    </div>
  );
}

function PointerMenu(): React.JSX.Element | null {
  const at = useUi(state => state.menu);
  return at && <SelectionMenu key={`${at.x},${at.y}`} at={at} />;
}
