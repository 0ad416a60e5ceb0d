import { useState } from 'react';
import { Icon } from '../../renderers/Icon';
import { missingSentence } from '../../workers/packages/words';
import { useEditor } from '../context';
import { useMissing } from './useMissing';

/** Says that nodes wait for packages that are not installed, and leads to where they are. */
export function MissingBanner({ worker }: { worker: string }): React.JSX.Element | null {
  const { ui } = useEditor();
  const missing = useMissing(worker);
  const [dismissed, setDismissed] = useState('');
  if (missing.length === 0) return null;
  const sentence = missingSentence(missing);
  if (sentence === dismissed) return null;
  return (
    <div className="fn-banner" data-tone="warn" data-testid="fn-missing-banner" role="status">
      <Icon name="package" />
      <span className="fn-banner-text">
        {sentence}
        <span className="fn-banner-more"> Nothing of the graph is lost meanwhile.</span>
      </span>
      <span className="fn-banner-end">
        <button
          type="button"
          className="fn-button"
          data-primary
          data-testid="fn-missing-look"
          onClick={() => ui.setState({ dialog: { about: 'packages', worker, fillIn: true } })}
        >
          Look at it…
        </button>
        <button
          type="button"
          className="fn-icon-button"
          title="Dismiss"
          aria-label="Dismiss"
          onClick={() => setDismissed(sentence)}
        >
          <Icon name="close" size={12} />
        </button>
      </span>
    </div>
  );
}
