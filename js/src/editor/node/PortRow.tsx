import { memo } from 'react';
import type { PortState } from '../../protocol/types.gen';
import { fieldKind } from '../../renderers/fieldKind';
import { Field } from '../../renderers/fields/Field';
import type { RowPlace } from '../layout/geometry';
import { portOffset } from '../layout/portOffset';
import { Port } from './Port';
import { UploadButton } from './UploadButton';
import { useField } from './useField';

interface PortRowProps {
  uuid: string;
  row: RowPlace;
  /** The value is not said here: it stands in the node's preview, or is none of these inputs. */
  silent: boolean;
}

/** One line of a node: the port, its name, and its field or value. */
export const PortRow = memo(function PortRow({ uuid, row, silent }: PortRowProps) {
  const { port, connected, height } = row;
  return (
    <div className="fn-row" data-side={port.is_input ? 'in' : 'out'} style={{ height }}>
      <Port port={port} top={portOffset(row)} />
      {port.is_input && !connected ? (
        <InputCells uuid={uuid} port={port} />
      ) : (
        <>
          <span className="fn-row-name" title={port.name}>
            {port.name}
          </span>
          {!silent && <ValueText port={port} />}
        </>
      )}
    </div>
  );
});

function InputCells({ uuid, port }: { uuid: string; port: PortState }): React.JSX.Element {
  const field = useField(uuid, port);
  return (
    <>
      <span className="fn-row-name" title={port.name} data-required={port.required || undefined}>
        {port.name}
      </span>
      {fieldKind(port) === 'none' ? <ValueText port={port} /> : <Field {...field} />}
      <UploadButton uuid={uuid} port={port} />
      {field.draft?.phase === 'refused' && (
        <span className="fn-refused" role="alert" title={field.draft.message}>
          {field.draft.message}
        </span>
      )}
    </>
  );
}

/** Kinds whose values are one short text, also those that JSON has no word for, such as `nan`. */
const SCALARS: ReadonlySet<string> = new Set(['number', 'boolean']);

/** The value of a port without a field, when it fits beside the name. */
function ValueText({ port }: { port: PortState }): React.JSX.Element | null {
  const { value } = port;
  if (!value || (value.value === undefined && !SCALARS.has(port.kind))) return null;
  return (
    <span className="fn-row-value" title={value.text}>
      {value.value === '' ? "''" : value.text}
    </span>
  );
}
