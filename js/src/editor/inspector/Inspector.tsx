import type { NodeState } from '../../protocol/types.gen';
import { countOf } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { useEditor, useGraph, useUi } from '../context';
import { KindChip } from '../node/KindChip';
import { mainKind } from '../node/mainKind';
import { nodeName } from '../node/status';
import { CodeSection } from './CodeSection';
import { ErrorDetails } from './ErrorDetails';
import { InputList } from './InputList';
import { LogSection } from './LogSection';
import { OutputList } from './OutputList';
import { RunSettings } from './RunSettings';
import { SelectionActions } from './SelectionActions';
import { StateLine } from './StateLine';

/** All about the selected node: what it does, what it takes, what it gives, how it stands. */
export function Inspector(): React.JSX.Element {
  const { ui, readOnly } = useEditor();
  const selected = useUi(state => state.selectedNodes);
  const [only] = selected;
  const node = useGraph(state => (only !== undefined && selected.size === 1 ? state.nodes[only] : undefined));
  return (
    <aside className="fn-panel fn-inspector" data-testid="fn-inspector" aria-label="Inspector">
      <div className="fn-panel-top">
        {node && <KindChip kind={mainKind(node)} />}
        <h2 className="fn-panel-title" title={node && nodeName(node)}>
          {node ? nodeName(node) : selected.size > 1 ? countOf(selected.size, 'node') : 'Inspector'}
        </h2>
        <button
          type="button"
          className="fn-icon-button"
          title="Close the inspector"
          aria-label="Close the inspector"
          onClick={() => ui.setState({ inspectorOpen: false })}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className="fn-panel-scroll">
        {node ? (
          <NodeDetails key={node.uuid} node={node} />
        ) : (
          <>
            <p className="fn-quiet">{hint(selected.size, readOnly)}</p>
            {selected.size > 1 && !readOnly && <SelectionActions uuids={selected} />}
          </>
        )}
      </div>
    </aside>
  );
}

function NodeDetails({ node }: { node: NodeState }): React.JSX.Element {
  const { readOnly } = useEditor();
  return (
    <>
      {node.title && node.title !== nodeName(node) && <p className="fn-subtitle">{node.title}</p>}
      {node.description && <p className="fn-description">{node.description}</p>}
      <StateLine node={node} />
      {node.error && <ErrorDetails error={node.error} />}
      <InputList node={node} />
      <OutputList node={node} />
      <CodeSection node={node} />
      <LogSection node={node} />
      {!node.unknown && !readOnly && <RunSettings node={node} />}
    </>
  );
}

function hint(selected: number, readOnly: boolean): string {
  return selected > 1 && !readOnly
    ? 'Drag moves them together, Delete removes them.'
    : 'Select a node to see its inputs, its results and what went wrong.';
}
