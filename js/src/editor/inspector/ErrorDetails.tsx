import type { ErrorInfo } from '../../protocol/types.gen';
import { CopyButton } from '../../renderers/CopyButton';

/** The whole error: message, the user's own line, what the function was called with, and the traceback. */
export function ErrorDetails({ error }: { error: ErrorInfo }): React.JSX.Element {
  return (
    <section>
      <div className="fn-head-line">
        <h3 className="fn-head">Error</h3>
        <CopyButton text={() => errorReport(error)} what="the error with its inputs and traceback" />
      </div>
      <p className="fn-error-text">{error.text}</p>
      {error.line !== null && (
        <p className="fn-error-place">
          line {error.line}
          {error.function && ` in ${error.function}`}
        </p>
      )}
      <CalledWith inputs={error.inputs} />
      {error.traceback && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <pre className="fn-traceback" tabIndex={0}>
          {error.traceback.trimEnd()}
        </pre>
      )}
    </section>
  );
}

function CalledWith({ inputs }: { inputs: ErrorInfo['inputs'] }): React.JSX.Element | null {
  const entries = Object.entries(inputs);
  if (entries.length === 0) return null;
  return (
    <>
      <h4 className="fn-subhead">Called with</h4>
      <dl className="fn-called-with" data-testid="fn-called-with">
        {entries.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={text}>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** The error as a text to paste into a mail or an issue. */
export function errorReport({ text, inputs, traceback }: ErrorInfo): string {
  const called = Object.entries(inputs).map(([name, value]) => `  ${name} = ${value}`);
  const parts = [text, called.length > 0 && ['called with', ...called].join('\n'), traceback.trimEnd()];
  return parts.filter(Boolean).join('\n\n');
}
