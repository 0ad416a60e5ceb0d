import { useEffect, useRef } from 'react';
import { NO_LOG } from '../../model/log';
import type { LogLine, NodeState } from '../../protocol/types.gen';
import { CopyButton } from '../../renderers/CopyButton';
import { countOf } from '../../renderers/format';
import { useFollowing } from '../../renderers/useFollowing';
import { useEditor, useUi } from '../context';

/** What the node's function printed, logged and warned of in its newest run. */
export function LogSection({ node }: { node: NodeState }): React.JSX.Element | null {
  const { ui } = useEditor();
  const { first, lines } = node.log ?? NO_LOG;
  const wanted = useUi(state => state.logWanted);
  const section = useRef<HTMLElement>(null);
  const list = useFollowing(lines);

  useEffect(() => {
    if (!wanted) return;
    section.current?.scrollIntoView({ block: 'nearest' });
    ui.setState({ logWanted: false });
  }, [ui, wanted]);

  if (lines.length === 0) return null;
  return (
    <section ref={section} data-testid="fn-log">
      <div className="fn-head-line">
        <h3 className="fn-head">
          Log <span className="fn-head-plain">{countOf(first + lines.length, 'line')}</span>
        </h3>
        <CopyButton text={() => lines.map(asText).join('\n')} what="these lines" />
      </div>
      <div
        ref={list}
        className="fn-log"
        role="log"
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        {first > 0 && <p className="fn-log-dropped">{countOf(first, 'earlier line')} not kept</p>}
        {numbered(lines, first).map(({ line, number }) => (
          <LogRow key={number} line={line} />
        ))}
      </div>
    </section>
  );
}

const SIGNS = { print: '', log: 'log', warning: 'warn' } as const;

function LogRow({ line: { text, kind = 'print' } }: { line: LogLine }): React.JSX.Element {
  return (
    <div className="fn-log-line" data-kind-of-line={kind}>
      {SIGNS[kind] && <span className="fn-log-sign">{SIGNS[kind]}</span>}
      {text || '\u00a0'}
    </div>
  );
}

/** Lines with the number that each has in its run: it stays the same when older ones are let go. */
function numbered(lines: readonly LogLine[], first: number): { line: LogLine; number: number }[] {
  return lines.map((line, index) => ({ line, number: first + index }));
}

function asText({ text, kind = 'print' }: LogLine): string {
  return SIGNS[kind] ? `${SIGNS[kind]} ${text}` : text;
}
