import { Panel, useReactFlow, useStore } from '@xyflow/react';
import { formatPercent } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { useEditor } from '../context';
import { fitOptions } from './useFitOnce';

/** Zoom in, out, to fit, and back to 100 %. */
export function ZoomControls(): React.JSX.Element {
  const { client, ui } = useEditor();
  const flow = useReactFlow();
  const zoom = useStore(state => state.transform[2]);
  return (
    <Panel position="bottom-left" className="fn-zoom">
      <button
        type="button"
        className="fn-icon-button"
        title="Zoom out"
        aria-label="Zoom out"
        onClick={() => void flow.zoomOut()}
      >
        <Icon name="minus" />
      </button>
      <button
        type="button"
        className="fn-zoom-percent"
        title="Back to 100 %"
        aria-label={`Zoom ${formatPercent(zoom)}, back to 100 %`}
        onClick={() => void flow.zoomTo(1)}
      >
        {`${Math.round(zoom * 100)} %`}
      </button>
      <button
        type="button"
        className="fn-icon-button"
        title="Zoom in"
        aria-label="Zoom in"
        onClick={() => void flow.zoomIn()}
      >
        <Icon name="plus" />
      </button>
      <button
        type="button"
        className="fn-icon-button"
        title="Show the whole graph"
        aria-label="Show the whole graph"
        onClick={() => void flow.fitView(fitOptions(ui.getState().narrow, client.store.getState().groups))}
      >
        <Icon name="fit" />
      </button>
    </Panel>
  );
}
