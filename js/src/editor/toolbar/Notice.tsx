import { useEffect } from 'react';
import { Icon } from '../../renderers/Icon';
import { useEditor, useGraph, useUi } from '../context';

/** How long a notice stays: what went well needs less time to read than an offer to decide on. */
const SHOWN_MS = { done: 3000, info: 8000, error: 8000 } as const;
const OFFER_MS = 20_000;

/** What just went wrong here or in the worker, in the bar; goes by itself after a while. */
export function Notice(): React.JSX.Element {
  const { ui } = useEditor();
  const notice = useUi(state => state.notice);
  const offer = notice?.offer;
  const announced = useGraph(state => state.announced);

  useEffect(() => {
    if (announced) ui.setState({ notice: { tone: announced.done ? 'info' : 'error', text: announced.text } });
  }, [ui, announced]);

  useEffect(() => {
    if (!notice || notice.progress !== undefined) return;
    const shown = notice.offer ? OFFER_MS : SHOWN_MS[notice.tone];
    const timer = setTimeout(() => ui.setState({ notice: null }), shown);
    return () => clearTimeout(timer);
  }, [ui, notice]);

  return (
    <div className="fn-notice-room" role="status">
      {notice && (
        <span className="fn-notice" data-tone={notice.tone} data-testid="fn-notice">
          {notice.tone === 'error' && <Icon name="warning" size={14} />}
          <span className="fn-notice-text" title={notice.text}>
            {notice.text}
          </span>
          {notice.progress !== undefined && (
            <progress className="fn-notice-progress" aria-label={notice.text} value={notice.progress} />
          )}
          {offer && (
            <button
              type="button"
              className="fn-button"
              data-testid="fn-notice-offer"
              onClick={() => {
                ui.setState({ notice: null });
                offer.accept();
              }}
            >
              {offer.label}
            </button>
          )}
          {notice.progress === undefined && (
            <button
              type="button"
              className="fn-icon-button"
              title="Dismiss"
              aria-label="Dismiss"
              onClick={() => ui.setState({ notice: null })}
            >
              <Icon name="close" size={12} />
            </button>
          )}
        </span>
      )}
    </div>
  );
}
