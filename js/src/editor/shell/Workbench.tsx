import { ReactFlowProvider } from '@xyflow/react';
import { type ReactNode, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { WorkerClient } from '../../client/worker';
import { RenderersContext } from '../../renderers/plugins/context';
import { Canvas } from '../canvas/Canvas';
import { EditorContext, type EditorParts, HostContext, useEditor, useUi } from '../context';
import type { EditorHost } from '../host';
import { Inspector } from '../inspector/Inspector';
import { LibraryPanel } from '../library/LibraryPanel';
import { QuickAdd } from '../library/QuickAdd';
import { SelectionMenu } from '../node/SelectionMenu';
import { keptConsents } from '../plugins/consents';
import { PluginQuestion } from '../plugins/PluginDialog';
import { createPlugins, type Plugins } from '../plugins/plugins';
import { createCommands } from '../state/commands';
import { settleWithGraph } from '../state/settle';
import { createUiStore } from '../state/ui';
import { createUploads } from '../state/uploads';
import { Toolbar } from '../toolbar/Toolbar';
import { Asked } from './Asked';
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
    const plugins = pluginsOf(host, client);
    return { client, ui, commands, uploads, plugins, compact: host.compact, readOnly: false };
  }, [client, host, root]);
  useEffect(() => () => parts.plugins?.dispose(), [parts]);
  useEffect(() => settleWithGraph(client.store, parts.ui), [client, parts]);
  return (
    <HostContext.Provider value={host}>
      <EditorContext.Provider value={parts}>
        <WithRenderers>
          <Root root={root} worker={worker} />
          <Toolbar worker={worker} onSelect={onSelect} />
          <Banner worker={worker} />
          <Body />
          <LogDrawer worker={worker} />
          <PointerMenu />
          <PluginQuestion />
          <Asked onSelect={onSelect} />
        </WithRenderers>
      </EditorContext.Provider>
    </HostContext.Provider>
  );
}

function pluginsOf({ manager }: EditorHost, { store }: WorkerClient): Plugins | null {
  const source = manager.plugins;
  if (!source) return null;
  return createPlugins(source, keptConsents(source.server), store);
}

/** The canvas, and previews that the code of packs may draw. */
function WithRenderers({ children }: { children: ReactNode }): React.JSX.Element {
  const { plugins } = useEditor();
  const shown = <ReactFlowProvider>{children}</ReactFlowProvider>;
  return plugins ? <PluginRenderers plugins={plugins}>{shown}</PluginRenderers> : shown;
}

function PluginRenderers({
  plugins,
  children,
}: {
  plugins: Plugins;
  children: ReactNode;
}): React.JSX.Element {
  const renderers = useStore(plugins.store, state => state.renderers);
  return <RenderersContext.Provider value={renderers}>{children}</RenderersContext.Provider>;
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
