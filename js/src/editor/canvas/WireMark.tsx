import { useStore } from '@xyflow/react';
import type { Point } from '../layout/placement';

const SIZE = 16;
/** How much larger it is drawn where the canvas is seen from afar, at most. */
const MOST = 1.75;
const FORMS = {
  loop: 'M12.5 8a4.5 4.5 0 1 1-1.6-3.4M12.5 2.5v3h-3',
  warning: 'M8 2.8 14 13H2zM8 6.5v3M8 11.3h.01',
} as const;

/** A small sign on a wire: that it is feedback, or that its ports may not fit. What it means the tooltip says. */
export function WireMark({ form, at }: { form: keyof typeof FORMS; at: Point }): React.JSX.Element {
  const size = useStore(state => Math.min(MOST, Math.max(1, 1 / state.transform[2])));
  return (
    <g className="fn-wire-mark" data-form={form} transform={`translate(${at.x}, ${at.y}) scale(${size})`}>
      <circle r={11} />
      <path
        d={FORMS[form]}
        transform={`translate(${-SIZE / 2}, ${-SIZE / 2 - (form === 'warning' ? 0.5 : 0)})`}
      />
    </g>
  );
}
