import type { NodeState } from '../../protocol/types.gen';
import { useEditor } from '../context';
import { readRetries, readTimeout } from './runSettingValues';
import { SettingField } from './SettingField';

/** How long a run of this node may take, and how often one that failed is tried again. */
export function RunSettings({ node }: { node: NodeState }): React.JSX.Element {
  const { commands } = useEditor();
  const { uuid, timeout, retries } = node;
  return (
    <section>
      <h3 className="fn-head">Run</h3>
      <div className="fn-settings">
        <SettingField
          label="Timeout"
          unit="s"
          placeholder="none"
          help="A run that takes longer is ended. Empty: it may take as long as it needs."
          text={timeout === null ? '' : String(timeout)}
          read={readTimeout}
          onCommit={value => void commands.setTimeout(uuid, value)}
        />
        <SettingField
          label="Retries"
          placeholder="0"
          help="How often a run that failed is tried again."
          text={String(retries)}
          read={readRetries}
          onCommit={value => void commands.setRetries(uuid, value)}
        />
      </div>
    </section>
  );
}
