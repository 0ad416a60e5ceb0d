import { useState } from 'react';
import type { ErrorInfo } from '../../protocol/types.gen';
import { Icon } from '../../renderers/Icon';

/** The whole error: message, the user's own line, and the traceback to read or copy. */
export function ErrorDetails({ error }: { error: ErrorInfo }): React.JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard?.writeText(error.traceback).then(
      () => setCopied(true),
      () => setCopied(false), // without permission the text can still be marked by hand
    );
  };
  return (
    <section>
      <div className="fn-head-line">
        <h3 className="fn-head">Error</h3>
        <button type="button" className="fn-small-button" title="Copy the traceback" onClick={copy}>
          <Icon name={copied ? 'check' : 'copy'} size={14} /> {copied ? 'Copied' : 'Copy'}
        </button>
      </div>
      <p className="fn-error-text">{error.text}</p>
      {error.line !== null && (
        <p className="fn-error-place">
          line {error.line}
          {error.function && ` in ${error.function}`}
        </p>
      )}
      {error.traceback && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <pre className="fn-traceback" tabIndex={0}>
          {error.traceback.trimEnd()}
        </pre>
      )}
    </section>
  );
}
