import type { NodeState } from '../../protocol/types.gen';
import { Menu, MenuItem } from '../../renderers/Menu';
import { useEditor } from '../context';
import { changedInputs } from './status';

interface ResetMenuProps {
  node: NodeState;
  anchor: React.RefObject<HTMLElement | null>;
  onClose(): void;
}

/** Which inputs of a node go back to their defaults. */
export function ResetMenu({ node, anchor, onClose }: ResetMenuProps): React.JSX.Element {
  const { commands } = useEditor();
  const changed = changedInputs(node);
  const reset = (ios: readonly string[]) => () => {
    onClose();
    void commands.resetInputs(node.uuid, ios);
  };
  return (
    <Menu anchor={anchor} label="Reset" onClose={onClose}>
      {changed.length > 1 && <MenuItem onChoose={reset(changed.map(port => port.id))}>All inputs</MenuItem>}
      {changed.map(port => (
        <MenuItem key={port.id} hint={port.value?.text} onChoose={reset([port.id])}>
          {port.name}
        </MenuItem>
      ))}
    </Menu>
  );
}
