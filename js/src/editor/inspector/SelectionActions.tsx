import { useShallow } from 'zustand/react/shallow';
import type { NodeState } from '../../protocol/types.gen';
import { Icon } from '../../renderers/Icon';
import { keyText } from '../../renderers/keys';
import { useEditor, useGraph } from '../context';
import { groupActions } from '../group/groupActions';
import { modeActions, runActions } from '../node/nodeActions';

/** What can be done with several nodes at once, as buttons with their keys. */
export function SelectionActions({ uuids }: { uuids: ReadonlySet<string> }): React.JSX.Element {
  const { commands } = useEditor();
  const groups = useGraph(state => state.groups);
  const nodes = useGraph(
    useShallow(state =>
      [...uuids].map(uuid => state.nodes[uuid]).filter((node): node is NodeState => node !== undefined),
    ),
  );
  return (
    <section className="fn-selection-actions">
      {[
        ...runActions(commands, nodes),
        ...modeActions(commands, nodes),
        ...groupActions(commands, groups, [...uuids]),
      ].map(action => (
        <button
          key={action.name}
          type="button"
          className="fn-menu-item"
          disabled={action.disabled}
          onClick={() => action.act()}
        >
          <Icon name={action.icon} />
          <span className="fn-menu-label">{action.label}</span>
          {action.key && <span className="fn-menu-hint">{keyText(action.key)}</span>}
        </button>
      ))}
    </section>
  );
}
