import { countLines } from '../../model/log';
import type { NodeState } from '../../protocol/types.gen';
import { countOf, formatCount } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { useEditor } from '../context';
import { selectOnly, showPanel } from '../state/ui';
import { logText } from './status';

/** Says that the node's function wrote something, and opens it in the inspector; `brief` where there is little room. */
export function LogMark({ node, brief }: { node: NodeState; brief: boolean }): React.JSX.Element | null {
  const { ui } = useEditor();
  const count = countLines(node.log);
  if (count === 0) return null;
  const warned = node.log?.lines.some(line => line.kind === 'warning');
  return (
    <button
      type="button"
      className="fn-log-mark nodrag"
      data-testid="fn-log-mark"
      data-warned={warned || undefined}
      aria-label={`Log: ${logText(node.log)}`}
      title={`Log: ${logText(node.log)}`}
      onClick={() => {
        selectOnly(ui, [node.uuid]);
        showPanel(ui, 'inspectorOpen', true);
        ui.setState({ logWanted: true });
      }}
    >
      <Icon name={warned ? 'warning' : 'lines'} size={12} />
      {brief ? formatCount(count) : countOf(count, 'line')}
    </button>
  );
}
