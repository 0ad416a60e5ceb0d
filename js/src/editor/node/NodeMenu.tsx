import { useState } from 'react';
import type { NodeState } from '../../protocol/types.gen';
import { keyText } from '../../renderers/keys';
import { Menu, MenuItem, MenuSeparator } from '../../renderers/Menu';
import { useEditor, useGraph } from '../context';
import { groupActions } from '../group/groupActions';
import { modeActions, type NodeAction, runActions } from './nodeActions';
import { ResetMenu } from './ResetMenu';
import { changedInputs, isBusy } from './status';

interface NodeMenuProps {
  /** One node, or several that are selected together. */
  nodes: readonly NodeState[];
  anchor: React.RefObject<HTMLElement | null>;
  onClose(): void;
}

/** What a person can do with a node, or with all that are selected. */
export function NodeMenu({ nodes, anchor, onClose }: NodeMenuProps): React.JSX.Element {
  const { ui, commands } = useEditor();
  const groups = useGraph(state => state.groups);
  const [resetting, setResetting] = useState(false);
  const [first] = nodes;
  const only = nodes.length === 1 ? first : undefined;
  const busy = nodes.filter(isBusy);
  const then = (action: () => void) => () => {
    onClose();
    action();
  };
  const item = ({ name, icon, label, key, disabled, act }: NodeAction): React.JSX.Element => (
    <MenuItem key={name} icon={icon} hint={key && keyText(key)} disabled={disabled} onChoose={then(act)}>
      {label}
    </MenuItem>
  );

  if (resetting && only) return <ResetMenu node={only} anchor={anchor} onClose={onClose} />;
  return (
    <Menu anchor={anchor} label={only ? 'Node' : 'Selection'} onClose={onClose}>
      {busy.length > 0 && (
        <>
          <MenuItem icon="stop" onChoose={then(() => cancelAll(busy, uuid => void commands.cancel(uuid)))}>
            Cancel
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      {runActions(commands, nodes).map(item)}
      <MenuSeparator />
      {modeActions(commands, nodes).map(item)}
      <MenuSeparator />
      {groupActions(
        commands,
        groups,
        nodes.map(node => node.uuid),
      ).map(item)}
      <MenuSeparator />
      {only && (
        <>
          <MenuItem icon="rename" hint="F2" onChoose={then(() => ui.setState({ renaming: only.uuid }))}>
            Rename
          </MenuItem>
          <MenuItem
            icon="reset"
            disabled={changedInputs(only).length === 0}
            onChoose={() => setResetting(true)}
          >
            Reset…
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      <MenuItem
        icon="trash"
        hint={keyText('Delete')}
        onChoose={then(
          () =>
            void commands.remove(
              nodes.map(node => node.uuid),
              [],
            ),
        )}
      >
        Delete
      </MenuItem>
    </Menu>
  );
}

function cancelAll(nodes: readonly NodeState[], cancel: (uuid: string) => void): void {
  for (const node of nodes) cancel(node.uuid);
}
