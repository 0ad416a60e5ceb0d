import { memo, useCallback, useRef, useState } from 'react';
import type { NodeState } from '../../protocol/types.gen';
import { formatPercent } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { useEditor, useUi } from '../context';
import { KindChip } from './KindChip';
import { mainKind } from './mainKind';
import { NodeMenu } from './NodeMenu';
import { nodeName } from './status';
import { TitleField } from './TitleField';

/** Kind, title and menu of a node. A double click on the title renames it. */
export const NodeHeader = memo(function NodeHeader({ node }: { node: NodeState }) {
  const { ui, commands, readOnly } = useEditor();
  const renaming = useUi(state => state.renaming === node.uuid);
  const [menu, setMenu] = useState(false);
  const more = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setMenu(false), []);
  const name = nodeName(node);
  const fraction = node.state === 'running' ? (node.progress?.fraction ?? null) : null;
  return (
    <div className="fn-node-head">
      <KindChip kind={mainKind(node)} />
      {renaming ? (
        <TitleField
          label="Name of the node"
          name={name}
          onRename={wanted => void commands.rename(node.uuid, wanted)}
        />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: renaming by keyboard is F2 and the menu
        <span
          className="fn-node-title"
          title={node.title && node.title !== name ? `${name} · ${node.title}` : name}
          onDoubleClick={event => {
            event.stopPropagation();
            if (!readOnly) ui.setState({ renaming: node.uuid });
          }}
        >
          {name}
        </span>
      )}
      {fraction !== null && (
        <span className="fn-tag" data-tone="running">
          {formatPercent(fraction)}
        </span>
      )}
      {!readOnly && (
        <button
          ref={more}
          type="button"
          className="fn-icon-button nodrag"
          aria-label={`What to do with ${name}`}
          title="More"
          aria-haspopup="menu"
          aria-expanded={menu}
          onClick={() => setMenu(!menu)}
        >
          <Icon name="more" />
        </button>
      )}
      {menu && <NodeMenu nodes={[node]} anchor={more} onClose={close} />}
    </div>
  );
});
