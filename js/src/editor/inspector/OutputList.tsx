import { portKey } from '../../model/state';
import type { NodeState, PortState } from '../../protocol/types.gen';
import { formatShape } from '../../renderers/format';
import { chooseMime, TABLE_MIME } from '../../renderers/previews/chooseMime';
import { PreviewGuard } from '../../renderers/previews/PreviewGuard';
import { PreviewView } from '../../renderers/previews/PreviewView';
import { describeType } from '../../renderers/valueType';
import { useGraph } from '../context';
import { nodeName } from '../node/status';
import { usePreview } from '../node/usePreview';
import { TablePager } from './TablePager';

const WIDTH = 264;
const HEIGHT = 200;

/** The outputs of a node: type, shape, and what is in them. */
export function OutputList({ node }: { node: NodeState }): React.JSX.Element {
  const outputs = node.io.filter(port => !port.is_input && !port.hidden);
  return (
    <>
      {outputs.map(port => (
        <OutputItem key={port.id} node={node} port={port} />
      ))}
    </>
  );
}

function OutputItem({ node, port }: { node: NodeState; port: PortState }): React.JSX.Element {
  // after a restart the worker has the last picture of a value, but not the value
  const kept = useGraph(state => portKey(node.uuid, port.id) in state.previews);
  const type = describeType(port.value?.type ?? port.type);
  const head = [port.name, type, formatShape(port.value?.shape)].filter(Boolean).join(' · ');
  return (
    <section>
      <h3 className="fn-head" title={port.description || undefined}>
        Output <span className="fn-head-plain">{head}</span>
      </h3>
      {node.state === 'error' && port.value && <p className="fn-quiet">From an earlier run:</p>}
      {port.value || kept ? (
        <OutputPreview node={node} port={port} />
      ) : (
        <p className="fn-quiet">No value yet.</p>
      )}
    </section>
  );
}

function OutputPreview({ node, port }: { node: NodeState; port: PortState }): React.JSX.Element {
  const preview = usePreview(node.uuid, port.id);
  const stale = node.stale || preview?.stale || node.state === 'error';
  const chosen = chooseMime(preview?.data, preview?.renderer);
  // rows are asked of what is a table itself
  const pages = preview && chosen?.mime === TABLE_MIME && !preview.stale && !preview.renderer;
  return (
    <div className="fn-output" data-stale={stale || undefined} data-form={chosen?.form}>
      {pages ? (
        <PreviewGuard preview={preview}>
          <TablePager uuid={node.uuid} io={port.id} first={chosen.data as never} />
        </PreviewGuard>
      ) : preview ? (
        <PreviewView
          preview={preview}
          width={WIDTH}
          height={HEIGHT}
          alt={`${nodeName(node)}: ${port.name}`}
        />
      ) : (
        <pre className="fn-text">{port.value?.text}</pre>
      )}
    </div>
  );
}
