import { CopyButton } from '../renderers/CopyButton';

/** Why something was refused: its first line says what helps, the others are what the tools said. */
export function Refusal({ text }: { text: string }): React.JSX.Element {
  const [first = '', ...rest] = text.trim().split('\n');
  const said = rest.join('\n').trim();
  return (
    <div className="fn-refusal" role="alert" data-testid="fn-refusal">
      <p>{sentence(first)}</p>
      {said && (
        <>
          <div className="fn-head-line">
            <h3 className="fn-head">What the tools said</h3>
            <CopyButton text={() => text} what="all of it" />
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <pre className="fn-tool-lines" tabIndex={0}>
            {said}
          </pre>
        </>
      )}
    </div>
  );
}

/** The errors of the server begin small, for they stand behind a name elsewhere. */
function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?:…]$/.test(begun) ? begun : `${begun}.`;
}
