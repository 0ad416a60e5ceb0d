import { useState } from 'react';
import type { NodeState } from '../../protocol/types.gen';
import { Menu, MenuItem, MenuSeparator } from '../../renderers/Menu';
import { useEditor } from '../context';
import { isBusy } from './status';

interface NodeMenuProps {
  node: NodeState;
  anchor: React.RefObject<HTMLElement | null>;
  onClose(): void;
}

/** What a person can do with one node. */
export function NodeMenu({ node, anchor, onClose }: NodeMenuProps): React.JSX.Element {
  const { ui, commands } = useEditor();
  const [resetting, setResetting] = useState(false);
  const changed = node.io.filter(
    port => port.is_input && !port.hidden && port.value && !port.value.is_default,
  );
  const then = (action: () => void) => () => {
    onClose();
    action();
  };

  if (resetting) {
    return (
      <Menu anchor={anchor} label="Reset" onClose={onClose}>
        {changed.length > 1 && (
          <MenuItem
            onChoose={then(
              () =>
                void commands.resetInputs(
                  node.uuid,
                  changed.map(port => port.id),
                ),
            )}
          >
            All inputs
          </MenuItem>
        )}
        {changed.map(port => (
          <MenuItem
            key={port.id}
            hint={port.value?.text}
            onChoose={then(() => void commands.resetInputs(node.uuid, [port.id]))}
          >
            {port.name}
          </MenuItem>
        ))}
      </Menu>
    );
  }

  return (
    <Menu anchor={anchor} label="Node" onClose={onClose}>
      {isBusy(node) ? (
        <MenuItem icon="stop" onChoose={then(() => void commands.cancel(node.uuid))}>
          Cancel
        </MenuItem>
      ) : (
        <MenuItem icon="play" disabled={node.unknown} onChoose={then(() => void commands.runNode(node.uuid))}>
          Run
        </MenuItem>
      )}
      <MenuItem icon="rename" hint="F2" onChoose={then(() => ui.setState({ renaming: node.uuid }))}>
        Rename
      </MenuItem>
      <MenuItem icon="reset" disabled={changed.length === 0} onChoose={() => setResetting(true)}>
        Reset…
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon="trash" hint="Del" onChoose={then(() => void commands.remove([node.uuid], []))}>
        Delete
      </MenuItem>
    </Menu>
  );
}
