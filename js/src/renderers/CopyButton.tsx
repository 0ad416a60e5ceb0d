import { useState } from 'react';
import { Icon } from './Icon';

/** Copies a text, and says so. */
export function CopyButton({ text, what }: { text(): string; what: string }): React.JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard?.writeText(text()).then(
      () => setCopied(true),
      () => setCopied(false), // without permission the text can still be marked by hand
    );
  };
  return (
    <button
      type="button"
      className="fn-small-button"
      title={`Copy ${what}`}
      onClick={copy}
      onBlur={() => setCopied(false)}
    >
      <Icon name={copied ? 'check' : 'copy'} size={14} /> {copied ? 'Copied' : 'Copy'}
    </button>
  );
}
