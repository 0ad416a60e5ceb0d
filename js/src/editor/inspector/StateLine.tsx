import type { NodeState } from '../../protocol/types.gen';
import { formatPercent, formatSeconds } from '../../renderers/format';
import { useGoTo } from '../canvas/useGoTo';
import { useEditor, useGraph } from '../context';
import { blameWord, isBusy, missingText, nodeName, nodeTone, waitsForTrust } from '../node/status';

/** How the node stands, in a sentence, with the button that fits. */
export function StateLine({ node }: { node: NodeState }): React.JSX.Element {
  const waits = waitsForTrust(node);
  const tone = waits ? 'incomplete' : nodeTone(node);
  return (
    <div className="fn-state-line" data-tone={node.stubborn ? 'error' : tone}>
      <span className="fn-state-text">
        {modeText(node)}
        {sentence(node)}
        {tone === 'stale' && <Blame uuid={node.blame} />}
      </span>
      <StateButton node={node} />
    </div>
  );
}

function StateButton({ node }: { node: NodeState }): React.JSX.Element | null {
  const { commands, readOnly } = useEditor();
  if (readOnly) return null;
  if (isBusy(node)) {
    return node.stubborn ? null : <Act label="Cancel" onPress={() => void commands.cancel(node.uuid)} />;
  }
  if (waitsForTrust(node)) return <Act label="Trust" onPress={() => void commands.trust(node.uuid)} />;
  if (node.mode === 'disabled' || node.mode === 'frozen') {
    const label = node.mode === 'disabled' ? 'Enable' : 'Unfreeze';
    return <Act label={label} onPress={() => void commands.setNodeMode([node.uuid], 'enabled')} />;
  }
  if (node.unknown || node.state === 'incomplete') return null;
  return <Act label="Run" onPress={() => void commands.runNodes([node.uuid], 'only')} />;
}

function Act({ label, onPress }: { label: string; onPress(): void }): React.JSX.Element {
  return (
    <button type="button" className="fn-button" onClick={onPress}>
      {label}
    </button>
  );
}

/** Who keeps a stale node from running; a press goes there. */
function Blame({ uuid }: { uuid: string }): React.JSX.Element {
  const goTo = useGoTo();
  const blamed = useGraph(state => (uuid ? state.nodes[uuid] : undefined));
  if (!blamed) return <> something before it changed</>;
  return (
    <>
      {' '}
      <button
        type="button"
        className="fn-text-link"
        data-testid="fn-blame"
        title={`Go to ${nodeName(blamed)}`}
        onClick={() => goTo(uuid)}
      >
        {nodeName(blamed)}
      </button>{' '}
      {blameWord(blamed)}
    </>
  );
}

function modeText(node: NodeState): string {
  switch (node.mode) {
    case 'bypassed':
      return 'Bypassed, hands its input on. ';
    case 'frozen':
      return 'Frozen, keeps its outputs. ';
    default:
      return '';
  }
}

function sentence(node: NodeState): string {
  if (node.stubborn) return 'Was to end and does not stop';
  if (waitsForTrust(node)) return 'Holds code that came from elsewhere';
  switch (nodeTone(node)) {
    case 'running':
      return [
        'Running',
        node.progress?.fraction != null && formatPercent(node.progress.fraction),
        node.progress?.text,
      ]
        .filter(Boolean)
        .join(' · ');
    case 'queued':
      return 'Waits for its turn';
    case 'disabled':
      return 'Disabled: it never runs';
    case 'error':
      return node.seconds === null ? 'Failed' : `Failed after ${formatSeconds(node.seconds)}`;
    case 'stale':
      return 'Stale:';
    case 'cancelled':
      return 'Cancelled';
    case 'incomplete':
      return `Cannot run: ${missingText(node)}`;
    case 'unknown':
      return `Nothing here is called ${node.node_id}`;
    case 'done':
      return node.seconds === null ? 'Done' : `Done in ${formatSeconds(node.seconds)}`;
    case 'idle':
      return 'Not run yet';
  }
}
