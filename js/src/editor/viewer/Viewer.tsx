import { ReactFlowProvider } from '@xyflow/react';
import { useMemo } from 'react';
import type { WorkerClient } from '../../client/worker';
import { Canvas } from '../canvas/Canvas';
import { EditorContext, type EditorParts, useUi } from '../context';
import { Inspector } from '../inspector/Inspector';
import { isNarrow, useNarrow } from '../shell/useNarrow';
import { useShortcuts } from '../shell/useShortcuts';
import { createCommands } from '../state/commands';
import { createUiStore } from '../state/ui';
import { useInspecting } from './useInspecting';

interface ViewerProps {
  root: HTMLElement;
  client: WorkerClient;
  compact: boolean;
}

/** The editor's canvas and inspector around a graph that nobody can change: no bar, no library, no menus. */
export function Viewer({ root, client, compact }: ViewerProps): React.JSX.Element {
  const parts = useMemo<EditorParts>(() => {
    const ui = createUiStore(isNarrow(root.clientWidth, compact));
    const commands = createCommands(client, ui);
    return { client, ui, commands, uploads: null, plugins: null, compact, readOnly: true };
  }, [client, compact, root]);
  return (
    <EditorContext.Provider value={parts}>
      <ReactFlowProvider>
        <Root root={root} />
        <Body />
      </ReactFlowProvider>
      <div className="fn-overlay" />
    </EditorContext.Provider>
  );
}

function Root({ root }: { root: HTMLElement }): null {
  useShortcuts(root);
  useNarrow(root);
  useInspecting(root);
  return null;
}

function Body(): React.JSX.Element {
  const inspector = useUi(state => state.inspectorOpen);
  return (
    <div className="fn-body">
      <Canvas />
      {inspector && <Inspector />}
    </div>
  );
}
