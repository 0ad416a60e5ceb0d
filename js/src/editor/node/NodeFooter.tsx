import type { NodeState } from '../../protocol/types.gen';
import { formatSeconds } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { useEditor, useGraph } from '../context';
import { selectOnly, showPanel } from '../state/ui';
import { LogMark } from './LogMark';
import { blameText, missingText, nodeTone, resultText, type Tone } from './status';

/** How the node stands, in words, and the one thing to do about it. */
export function NodeFooter({ node }: { node: NodeState }): React.JSX.Element {
  const blamed = useGraph(state => (node.blame ? state.nodes[node.blame] : undefined));
  const tone = nodeTone(node);
  const { tag, text, done } = node.stubborn ? STUBBORN : says(node, tone, blamed);
  return (
    <div className="fn-node-foot" data-tone={node.stubborn ? 'error' : tone}>
      {node.mode !== 'enabled' && <Tag tone={node.mode} text={node.mode} />}
      {done && <Icon name="check" size={12} />}
      {tag && <Tag tone={node.stubborn ? 'error' : tone} text={tag} />}
      {text && (
        <span className="fn-node-foot-text" title={text}>
          {text}
        </span>
      )}
      <span className="fn-node-foot-end">
        <LogMark node={node} />
        <FootLink node={node} tone={tone} />
      </span>
    </div>
  );
}

interface Said {
  readonly tag?: string;
  readonly text?: string;
  readonly done?: boolean;
}

const STUBBORN: Said = { tag: 'does not stop' };

function says(node: NodeState, tone: Tone, blamed: NodeState | undefined): Said {
  switch (tone) {
    case 'running':
      return { text: node.progress?.text || 'running' };
    case 'queued':
    case 'cancelled':
      return { tag: tone };
    case 'error':
      return { text: node.seconds === null ? 'failed' : `failed after ${formatSeconds(node.seconds)}` };
    case 'stale':
      return { tag: tone, text: blamed && blameText(blamed) };
    case 'idle':
      return { text: 'not run yet' };
    case 'incomplete':
      return { text: missingText(node) };
    case 'unknown':
      return { tag: tone, text: node.node_id };
    case 'done':
      return { text: resultText(node), done: true };
    case 'disabled':
      return {};
  }
}

/** The one thing to do next. */
function FootLink({ node, tone }: { node: NodeState; tone: Tone }): React.JSX.Element | null {
  const { ui, commands } = useEditor();
  switch (tone) {
    case 'running':
    case 'queued':
      return node.stubborn ? null : <Link label="Cancel" onPress={() => void commands.cancel(node.uuid)} />;
    case 'error':
      return (
        <Link
          label="details"
          onPress={() => {
            selectOnly(ui, [node.uuid]);
            showPanel(ui, 'inspectorOpen', true);
          }}
        />
      );
    case 'stale':
    case 'cancelled':
    case 'idle':
      return <Link label="run to here" onPress={() => void commands.runNodes([node.uuid], 'to')} />;
    case 'disabled':
      return <Link label="enable" onPress={() => void commands.setNodeMode([node.uuid], 'enabled')} />;
    default:
      return null;
  }
}

function Tag({ tone, text }: { tone: string; text: string }): React.JSX.Element {
  return (
    <span className="fn-tag" data-tone={tone}>
      {text}
    </span>
  );
}

function Link({ label, onPress }: { label: string; onPress(): void }): React.JSX.Element {
  return (
    <button type="button" className="fn-link nodrag" onClick={onPress}>
      {label}
    </button>
  );
}
