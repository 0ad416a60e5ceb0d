import type { NodeState, PortState } from '../../protocol/types.gen';
import { fieldKind } from '../../renderers/fieldKind';
import { Field } from '../../renderers/fields/Field';
import { countOf } from '../../renderers/format';
import { Icon } from '../../renderers/Icon';
import { describeType } from '../../renderers/valueType';
import { useEditor, useGraph } from '../context';
import { nodeName } from '../node/status';
import { UploadButton } from '../node/UploadButton';
import { useField } from '../node/useField';
import { useFileDrop } from '../node/useFileDrop';
import { CODE_PORT } from './CodeSection';

/** The inputs of a node with their types and fields; those that the node does not show are folded away. */
export function InputList({ node }: { node: NodeState }): React.JSX.Element | null {
  // ports that order runs carry no value
  const inputs = node.io.filter(
    port => port.is_input && port.id !== CODE_PORT && !port.id.startsWith('_trigger'),
  );
  const [shown, folded] = [inputs.filter(port => !port.hidden), inputs.filter(port => port.hidden)];
  if (inputs.length === 0) return null;
  return (
    <section>
      <h3 className="fn-head">Inputs</h3>
      {shown.map(port => (
        <InputItem key={port.id} uuid={node.uuid} port={port} />
      ))}
      {folded.length > 0 && (
        <details className="fn-more-inputs" data-testid="fn-more-inputs">
          <summary>{moreInputs(folded)}</summary>
          {folded.map(port => (
            <InputItem key={port.id} uuid={node.uuid} port={port} />
          ))}
        </details>
      )}
    </section>
  );
}

function moreInputs(ports: readonly PortState[]): string {
  const changed = ports.filter(port => port.value && !port.value.is_default).length;
  return `${countOf(ports.length, 'more input')}${changed > 0 ? `, ${changed} set` : ''}`;
}

function InputItem({ uuid, port }: { uuid: string; port: PortState }): React.JSX.Element {
  const { readOnly } = useEditor();
  const field = useField(uuid, port, `fn-inspector-input-${port.id}`);
  const drop = useFileDrop(uuid, port);
  const source = useGraph(state => {
    const edge = Object.values(state.edges).find(([, , dst, io]) => dst === uuid && io === port.id);
    const from = edge && state.nodes[edge[0]];
    if (!edge || !from) return null;
    const output = from.io.find(io => !io.is_input && io.id === edge[1]);
    return `${nodeName(from)} · ${output?.name ?? edge[1]}`;
  });
  const changed = source === null && port.value !== null && !port.value.is_default;
  return (
    <div className="fn-input" title={port.description || undefined}>
      <div className="fn-input-name">
        <span>{port.name}</span>
        <span className="fn-input-type">{describeType(port.type)}</span>
        {changed && !readOnly && (
          <button
            type="button"
            className="fn-icon-button fn-input-reset"
            title="Back to the default"
            aria-label={`Reset ${port.name}`}
            onClick={field.onReset}
          >
            <Icon name="reset" size={14} />
          </button>
        )}
      </div>
      {source !== null ? (
        <p className="fn-input-source">
          from {source}
          {port.value?.value !== undefined && <span className="fn-value"> = {port.value.text}</span>}
        </p>
      ) : fieldKind(port) === 'none' ? (
        <p className="fn-input-source">
          {port.value?.text ?? (readOnly ? 'none' : `connect a ${port.kind}`)}
        </p>
      ) : (
        <div className="fn-input-field" {...drop}>
          <Field {...field} />
          <UploadButton uuid={uuid} port={port} />
        </div>
      )}
      {field.draft?.phase === 'refused' && (
        <p className="fn-refused" role="alert">
          {field.draft.message}
        </p>
      )}
    </div>
  );
}
