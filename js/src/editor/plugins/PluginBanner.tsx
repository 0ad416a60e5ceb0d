import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { Icon } from '../../renderers/Icon';
import { isOwnRenderer } from '../../renderers/previews/chooseMime';
import { useEditor, useGraph } from '../context';
import type { Plugins } from './plugins';

/** Says that a value is here which a pack could draw, if its code may run; asks only who wants to be asked. */
export function PluginBanner(): React.JSX.Element | null {
  const { plugins } = useEditor();
  return plugins && <Offer plugins={plugins} />;
}

function Offer({ plugins }: { plugins: Plugins }): React.JSX.Element | null {
  const wanted = useGraph(
    useShallow(state => [
      ...new Set(
        Object.values(state.previews).flatMap(({ renderer }) =>
          renderer && !isOwnRenderer(renderer) ? [renderer] : [],
        ),
      ),
    ]),
  );
  const pack = useStore(
    plugins.store,
    ({ entries }) =>
      Object.values(entries).find(
        entry => entry.state === 'asked' && entry.pack.renderers.some(name => wanted.includes(name)),
      )?.pack,
  );
  if (!pack) return null;
  return (
    <div className="fn-banner" data-tone="info" data-testid="fn-plugin-offer" role="status">
      <Icon name="shield" />
      <span className="fn-banner-text">
        <b className="fn-banner-name">{pack.name}</b> brings code that draws its values.
        <span className="fn-banner-more"> It does not run before you allow it.</span>
      </span>
      <span className="fn-banner-end">
        <button
          type="button"
          className="fn-button"
          data-testid="fn-plugin-not-now"
          onClick={() => plugins.answer(pack.name, 'declined')}
        >
          No
        </button>
        <button
          type="button"
          className="fn-button"
          data-testid="fn-plugin-ask"
          onClick={() => plugins.ask(pack.name)}
        >
          Decide…
        </button>
      </span>
    </div>
  );
}
