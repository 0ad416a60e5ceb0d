import type { NodeState } from '../../protocol/types.gen';
import { formatPercent, formatSeconds } from '../../renderers/format';
import { useEditor, useGraph } from '../context';
import { isBusy, missingText, nodeName, nodeTone } from '../node/status';

/** How the node stands, in a sentence, with the button that fits. */
export function StateLine({ node }: { node: NodeState }): React.JSX.Element {
  const { commands } = useEditor();
  const blamed = useGraph(state => (node.blame ? state.nodes[node.blame] : undefined));
  const tone = nodeTone(node);
  const busy = isBusy(node);
  return (
    <div className="fn-state-line" data-tone={tone}>
      <span className="fn-state-text">{sentence(node, blamed ? nodeName(blamed) : node.blame)}</span>
      {busy && (
        <button type="button" className="fn-button" onClick={() => void commands.cancel(node.uuid)}>
          Cancel
        </button>
      )}
      {!busy && !node.unknown && tone !== 'incomplete' && (
        <button type="button" className="fn-button" onClick={() => void commands.runNode(node.uuid)}>
          Run
        </button>
      )}
    </div>
  );
}

function sentence(node: NodeState, blamed: string): string {
  const took = node.seconds === null ? '' : ` in ${formatSeconds(node.seconds)}`;
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
    case 'error':
      return node.seconds === null ? 'Failed' : `Failed after ${formatSeconds(node.seconds)}`;
    case 'stale':
      return blamed ? `Stale: ${blamed} failed before it` : 'Stale: something before it changed';
    case 'cancelled':
      return 'Cancelled';
    case 'incomplete':
      return `Cannot run: ${missingText(node)}`;
    case 'unknown':
      return `Nothing here is called ${node.node_id}`;
    case 'done':
      return `Done${took}`;
    case 'idle':
      return 'Not run yet';
  }
}
