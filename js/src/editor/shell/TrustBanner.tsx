import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { countOf } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { useGoTo } from '../canvas/useGoTo';
import { useEditor, useGraph, useUi } from '../context';
import { showPanel } from '../state/ui';

/** Says that code came from elsewhere, shows it node by node, and lets it run when a person says so. */
export function TrustBanner(): React.JSX.Element | null {
  const { commands, ui } = useEditor();
  const goTo = useGoTo();
  const uuids = useGraph(
    useShallow(state => Object.values(state.nodes).flatMap(node => (node.untrusted ? [node.uuid] : []))),
  );
  const selected = useUi(state => state.selectedNodes);
  const [busy, setBusy] = useState(false);
  const [first] = uuids;
  if (first === undefined) return null;
  const at = uuids.findIndex(uuid => selected.has(uuid));

  const look = (): void => {
    showPanel(ui, 'inspectorOpen', true);
    goTo(uuids[(at + 1) % uuids.length] ?? first);
  };
  const trust = async (): Promise<void> => {
    setBusy(true);
    await commands.trust();
    setBusy(false);
  };

  return (
    <div className="fn-banner" data-tone="warn" data-testid="fn-untrusted" role="status">
      <Icon name="shield" />
      <span className="fn-banner-text">
        {countOf(uuids.length, 'node')} {uuids.length === 1 ? 'holds' : 'hold'} code that came from elsewhere.
        <span className="fn-banner-more"> It does not run before you trust it.</span>
      </span>
      <span className="fn-banner-end">
        <button type="button" className="fn-button" data-testid="fn-look" onClick={look}>
          {at === -1 || uuids.length === 1 ? 'Look at it' : 'Next'}
        </button>
        <button
          type="button"
          className="fn-button"
          data-primary
          data-testid="fn-trust"
          disabled={busy}
          onClick={() => void trust()}
        >
          Trust
        </button>
      </span>
    </div>
  );
}
