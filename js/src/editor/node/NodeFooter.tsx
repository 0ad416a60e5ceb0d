import type { NodeState } from '../../protocol/types.gen';
import { formatSeconds } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { useEditor, useGraph } from '../context';
import { selectOnly, showPanel } from '../state/ui';
import { LogMark } from './LogMark';
import { blameText, missingText, nodeTone, resultText, type Tone, waitsForTrust } from './status';

/** How the node stands, in words, and the one thing to do about it. */
export function NodeFooter({ node }: { node: NodeState }): React.JSX.Element {
  const blamed = useGraph(state => (node.blame ? state.nodes[node.blame] : undefined));
  const tone = nodeTone(node);
  const link = useLink(node, tone, blamed);
  const { tag, text, done } = node.stubborn
    ? STUBBORN
    : waitsForTrust(node)
      ? UNTRUSTED
      : says(node, tone, blamed);
  const shade = node.stubborn ? 'error' : waitsForTrust(node) ? 'stale' : tone;
  return (
    <div className="fn-node-foot" data-tone={shade}>
      {node.mode !== 'enabled' && <Tag tone={node.mode} text={node.mode} />}
      {done && <Icon name="check" size={12} />}
      {tag && <Tag tone={shade} text={tag} />}
      {text && (
        <span className="fn-node-foot-text" title={text}>
          {text}
        </span>
      )}
      <span className="fn-node-foot-end">
        <LogMark node={node} brief={link !== null} />
        {link && <Link {...link} />}
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
const UNTRUSTED: Said = { tag: 'not trusted' };

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
      return { text: node.mode === 'frozen' ? 'empty' : 'not run yet' };
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

interface FootLink {
  readonly label: string;
  onPress(): void;
}

/** The one thing to do next; null when there is none. */
function useLink(node: NodeState, tone: Tone, blamed: NodeState | undefined): FootLink | null {
  const { ui, commands, readOnly } = useEditor();
  const { uuid } = node;
  const details = (): void => {
    selectOnly(ui, [uuid]);
    showPanel(ui, 'inspectorOpen', true);
  };
  if (waitsForTrust(node)) return { label: 'look at it', onPress: details };
  if (readOnly && tone !== 'error') return null;
  switch (tone) {
    case 'running':
    case 'queued':
      return node.stubborn ? null : { label: 'Cancel', onPress: () => void commands.cancel(uuid) };
    case 'error':
      return { label: 'details', onPress: details };
    case 'stale':
    case 'cancelled':
    case 'idle':
      // it keeps what it holds, and that is nothing
      if (node.mode === 'frozen') {
        return { label: 'unfreeze', onPress: () => void commands.setNodeMode([uuid], 'enabled') };
      }
      // behind a disabled node nothing can run
      if (blamed?.mode === 'disabled') return null;
      return { label: 'run to here', onPress: () => void commands.runNodes([uuid], 'to') };
    case 'disabled':
      return { label: 'enable', onPress: () => void commands.setNodeMode([uuid], 'enabled') };
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

function Link({ label, onPress }: FootLink): React.JSX.Element {
  return (
    <button type="button" className="fn-link nodrag" onClick={onPress}>
      {label}
    </button>
  );
}
