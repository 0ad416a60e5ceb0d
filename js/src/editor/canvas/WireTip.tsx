import { EdgeLabelRenderer, useStore } from '@xyflow/react';
import type { EdgeNote } from '../../model/state';
import { formatShape } from '../../renderers/format';
import { describeType } from '../../renderers/valueType';
import { useGraph } from '../context';
import type { Point } from '../layout/placement';

interface WireTipProps {
  source: string;
  io: string;
  note: EdgeNote | undefined;
  at: Point;
}

/** What a wire carries, and what is to be said about it. */
export function WireTip({ source, io, note, at }: WireTipProps): React.JSX.Element | null {
  const port = useGraph(state => state.nodes[source]?.io.find(one => !one.is_input && one.id === io));
  const zoom = useStore(state => state.transform[2]);
  if (!port) return null;
  const { value } = port;
  const parts = [
    port.name,
    value ? describeType(value.type) : 'no value yet',
    formatShape(value?.shape),
    value?.value === undefined ? '' : value.text,
  ].filter(Boolean);
  return (
    <EdgeLabelRenderer>
      <div
        className="fn-wire-tip"
        role="tooltip"
        // as large as any other text, however far away the canvas is
        style={{
          transform: `translate(${at.x}px, ${at.y}px) scale(${1 / zoom}) translate(-50%, calc(-100% - 16px))`,
        }}
      >
        <p>{parts.join(' · ')}</p>
        {note?.feedback && <p>↺ feedback: starts a new wave</p>}
        {note?.warning && <p className="fn-wire-warning">⚠ {note.warning}</p>}
      </div>
    </EdgeLabelRenderer>
  );
}
