import { memo, useCallback, useRef, useState } from 'react';
import { Icon } from '../../renderers/Icon';
import { useEditor, useGraph, useUi } from '../context';
import type { Frame } from '../layout/frames';
import { TitleField } from '../node/TitleField';
import { selectGroup } from '../state/ui';
import { GroupMenu } from './GroupMenu';
import { groupName } from './groupActions';
import { useFrameDrag } from './useFrameDrag';

/** A titled frame behind the nodes of a group. Its title moves all of them; a double click on it renames. */
export const GroupFrame = memo(function GroupFrame({ id, x, y, width, height }: Frame) {
  const { ui, commands, readOnly } = useEditor();
  const group = useGraph(state => state.groups[id]);
  const selected = useUi(state => state.selectedGroup === id);
  const renaming = useUi(state => state.renaming === id);
  const [menu, setMenu] = useState(false);
  const more = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setMenu(false), []);
  const drag = useFrameDrag(id);
  const name = groupName(group);
  return (
    <div
      className="fn-group"
      data-testid="fn-group"
      data-group-name={name}
      data-color={group?.meta.color}
      data-selected={selected || undefined}
      style={{ transform: `translate(${x}px, ${y}px)`, width, height }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button in it selects by keyboard; F2 and its menu rename */}
      <div
        className="fn-group-head nopan nokey"
        {...(!readOnly && drag)}
        onDoubleClick={event => {
          event.stopPropagation();
          if (!readOnly && !(event.target as Element).closest('input, .fn-icon-button'))
            ui.setState({ renaming: id });
        }}
        onContextMenu={event => {
          if (readOnly || (event.target as Element).closest('input')) return;
          event.preventDefault();
          selectGroup(ui, id);
          setMenu(true);
        }}
      >
        {renaming ? (
          <TitleField
            label="Name of the group"
            name={name}
            onRename={wanted => void commands.renameGroup(id, wanted)}
          />
        ) : (
          <button
            type="button"
            className="fn-group-title"
            data-unnamed={group?.meta.name ? undefined : true}
            title={name}
            aria-pressed={selected}
            onClick={() => selectGroup(ui, id)}
          >
            {name}
          </button>
        )}
        {!readOnly && (
          <button
            ref={more}
            type="button"
            className="fn-icon-button"
            aria-label={`What to do with the group ${name}`}
            title="More"
            aria-haspopup="menu"
            aria-expanded={menu}
            onClick={() => setMenu(!menu)}
          >
            <Icon name="more" />
          </button>
        )}
      </div>
      {/* beside the title, not in it: presses in the menu are no drags of the frame */}
      {menu && <GroupMenu id={id} anchor={more} onClose={close} />}
    </div>
  );
});
