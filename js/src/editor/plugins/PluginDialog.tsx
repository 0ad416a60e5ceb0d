import { useStore } from 'zustand';
import type { PackInfo } from '../../protocol/types.gen';
import { Dialog, FIRST_FOCUS } from '../../renderers/Dialog';
import { formatCount } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { useEditor } from '../context';
import type { Plugins } from './plugins';

/** The question whether the code of a pack may run in this page, while it is asked. */
export function PluginQuestion(): React.JSX.Element | null {
  const { plugins } = useEditor();
  return plugins && <Question plugins={plugins} />;
}

function Question({ plugins }: { plugins: Plugins }): React.JSX.Element | null {
  const entry = useStore(plugins.store, ({ asking, entries }) =>
    asking === null ? undefined : entries[asking],
  );
  if (!entry) return null;
  return <PluginDialog key={entry.pack.plugin?.sha256} pack={entry.pack} plugins={plugins} />;
}

function PluginDialog({ pack, plugins }: { pack: PackInfo; plugins: Plugins }): React.JSX.Element {
  return (
    <Dialog title="May this pack run code in this page?" onClose={() => plugins.ask(null)}>
      <div className="fn-dialog-body">
        <p className="fn-dialog-subject">
          <Icon name="shield" />
          <span>
            <b>{pack.name}</b> {pack.version}
          </span>
        </p>
        <p>
          It brings code that draws its values. That code runs in this page with the rights of your Jupyter
          session: whatever you can do here, it can do too, such as reading and changing your files and
          running programs. Allow it only if you trust who made the pack.
        </p>
        <p className="fn-quiet">
          Your answer counts in this browser, for this version and for exactly this code. If it changes, you
          are asked again.
        </p>
        <p className="fn-dialog-hash" data-testid="fn-plugin-hash">
          {formatCount(pack.plugin?.size ?? 0)} bytes, SHA-256 {pack.plugin?.sha256}
        </p>
      </div>
      <footer className="fn-dialog-end">
        <button
          type="button"
          // Enter must not allow anything
          {...FIRST_FOCUS}
          className="fn-button fn-plain"
          data-testid="fn-plugin-decline"
          onClick={() => plugins.answer(pack.name, 'declined')}
        >
          Don’t allow
        </button>
        <button
          type="button"
          className="fn-button"
          data-primary
          data-testid="fn-plugin-allow"
          onClick={() => plugins.answer(pack.name, 'allowed')}
        >
          Allow
        </button>
      </footer>
    </Dialog>
  );
}
