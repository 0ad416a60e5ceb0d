import { useState } from 'react';
import { Icon } from '../../renderers/Icon';
import { missingSentence, vainSentence } from '../../workers/packages/words';
import { useEditor } from '../context';
import { useMissing } from './useMissing';

/** Says that nodes wait for packages that are not installed, or are not known at all, and leads to where they are. */
export function MissingBanner({ worker }: { worker: string }): React.JSX.Element | null {
  const { ui } = useEditor();
  const { missing, unknown } = useMissing(worker);
  const [dismissed, setDismissed] = useState('');
  const sentence = missingSentence(missing, unknown);
  const vain = vainSentence(missing);
  if (!sentence || sentence + vain === dismissed) return null;
  return (
    <div className="fn-banner" data-tone="warn" data-testid="fn-missing-banner" role="status">
      <Icon name="package" />
      <span className="fn-banner-text">
        {sentence} {vain}
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
          {missing.length > 0 ? 'Look at it…' : 'Packages…'}
        </button>
        <button
          type="button"
          className="fn-icon-button"
          title="Dismiss"
          aria-label="Dismiss"
          onClick={() => setDismissed(sentence + vain)}
        >
          <Icon name="close" size={12} />
        </button>
      </span>
    </div>
  );
}
