import { keyText } from '../../renderers/keys';
import { Menu, MenuItem, MenuSeparator } from '../../renderers/Menu';
import { useEditor, useGraph } from '../context';
import { nodesWithin } from '../state/grouping';
import { selectOnly } from '../state/ui';
import { GROUP_COLORS, GROUP_KEYS } from './groupActions';

interface GroupMenuProps {
  id: string;
  anchor: React.RefObject<HTMLElement | null>;
  onClose(): void;
}

/** What a person can do with a group. */
export function GroupMenu({ id, anchor, onClose }: GroupMenuProps): React.JSX.Element {
  const { client, ui, commands } = useEditor();
  const color = useGraph(state => state.groups[id]?.meta.color ?? '');
  const then = (action: () => void) => () => {
    onClose();
    action();
  };
  return (
    <Menu anchor={anchor} label="Group" onClose={onClose}>
      <MenuItem icon="rename" hint="F2" onChoose={then(() => ui.setState({ renaming: id }))}>
        Rename
      </MenuItem>
      <MenuItem
        icon="check"
        onChoose={then(() => selectOnly(ui, nodesWithin(client.store.getState().groups, id)))}
      >
        Select its nodes
      </MenuItem>
      <MenuSeparator />
      <div className="fn-swatches">
        {GROUP_COLORS.map(each => (
          <button
            key={each}
            type="button"
            role="menuitemradio"
            className="fn-swatch"
            data-color={each}
            aria-checked={each === color}
            aria-label={each || 'no colour'}
            title={each || 'no colour'}
            onClick={then(() => void commands.colorGroup(id, each))}
          />
        ))}
      </div>
      <MenuSeparator />
      <MenuItem
        icon="ungroup"
        hint={keyText(GROUP_KEYS.ungroup)}
        onChoose={then(() => void commands.ungroup([id]))}
      >
        Ungroup
      </MenuItem>
    </Menu>
  );
}
