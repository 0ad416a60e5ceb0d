import type { NodeState } from '../../protocol/types.gen';
import { formatSeconds } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { useEditor } from '../context';
import { selectOnly, showPanel } from '../state/ui';
import { missingText, nodeTone, resultText } from './status';

/** How the node stands, in words, and the one thing to do about it. */
export function NodeFooter({ node }: { node: NodeState }): React.JSX.Element {
  const { ui, commands } = useEditor();
  const tone = nodeTone(node);
  switch (tone) {
    case 'running':
      return (
        <Line tone={tone} text={node.progress?.text || 'running'}>
          <Link label="Cancel" onPress={() => void commands.cancel(node.uuid)} />
        </Line>
      );
    case 'queued':
      return (
        <Line tone={tone} tag="queued">
          <Link label="Cancel" onPress={() => void commands.cancel(node.uuid)} />
        </Line>
      );
    case 'error':
      return (
        <Line
          tone={tone}
          text={node.seconds === null ? 'failed' : `failed after ${formatSeconds(node.seconds)}`}
        >
          <Link
            label="details"
            onPress={() => {
              selectOnly(ui, [node.uuid]);
              showPanel(ui, 'inspectorOpen', true);
            }}
          />
        </Line>
      );
    case 'stale':
      return (
        <Line tone={tone} tag="stale" text={node.blame ? 'an earlier node failed' : ''}>
          <Link label="run to here" onPress={() => void commands.runTo(node.uuid)} />
        </Line>
      );
    case 'cancelled':
      return (
        <Line tone={tone} tag="cancelled">
          <Link label="run to here" onPress={() => void commands.runTo(node.uuid)} />
        </Line>
      );
    case 'idle':
      return (
        <Line tone={tone} text="not run yet">
          <Link label="run to here" onPress={() => void commands.runTo(node.uuid)} />
        </Line>
      );
    case 'incomplete':
      return <Line tone={tone} text={missingText(node)} />;
    case 'unknown':
      return <Line tone={tone} tag="unknown" text={node.node_id} />;
    case 'done':
      return <Line tone={tone} text={resultText(node)} done />;
  }
}

interface LineProps {
  tone: string;
  tag?: string;
  text?: string;
  done?: boolean;
  children?: React.ReactNode;
}

function Line({ tone, tag, text, done = false, children }: LineProps): React.JSX.Element {
  return (
    <div className="fn-node-foot" data-tone={tone}>
      {done && <Icon name="check" size={12} />}
      {tag && (
        <span className="fn-tag" data-tone={tone}>
          {tag}
        </span>
      )}
      {text && (
        <span className="fn-node-foot-text" title={text}>
          {text}
        </span>
      )}
      {children}
    </div>
  );
}

function Link({ label, onPress }: { label: string; onPress(): void }): React.JSX.Element {
  return (
    <button type="button" className="fn-link nodrag" onClick={onPress}>
      {label}
    </button>
  );
}
