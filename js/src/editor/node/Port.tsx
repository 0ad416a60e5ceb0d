import { Handle, Position } from '@xyflow/react';
import { memo } from 'react';
import type { PortState } from '../../protocol/types.gen';
import { describeType } from '../../renderers/valueType';
import { handleId } from '../canvas/handleId';

/** A port on the node's border: its colour and its form say the kind, its tooltip the type. */
export const Port = memo(function Port({ port, top }: { port: PortState; top: number }) {
  return (
    <Handle
      id={handleId(port.id)}
      type={port.is_input ? 'target' : 'source'}
      position={port.is_input ? Position.Left : Position.Right}
      className="fn-port"
      data-kind={port.kind}
      data-testid={`fn-port-${port.is_input ? 'in' : 'out'}-${port.id}`}
      title={`${port.name} · ${describeType(port.type)}${port.description ? `\n${port.description}` : ''}`}
      style={{ top }}
    />
  );
});
