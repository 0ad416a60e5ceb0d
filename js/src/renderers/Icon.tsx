/** Line icons on a 16 px grid, drawn for this editor; the colour is that of the text around them. */

const PATHS = {
  play: 'M5 3.5v9l7.5-4.5z',
  stop: 'M4 4h8v8H4z',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  down: 'M4.5 6.5 8 10l3.5-3.5',
  right: 'M6.5 4.5 10 8l-3.5 3.5',
  left: 'M9.5 4.5 6 8l3.5 3.5',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3.5 8.5l3 3 6-7',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5 13.5 13.5',
  leftPanel: 'M2.5 3h11v10h-11zM6 3v10',
  rightPanel: 'M2.5 3h11v10h-11zM10 3v10',
  tidy: 'M2.5 6.5h4v3h-4zM9.5 2.5h4v3h-4zM9.5 10.5h4v3h-4zM6.5 8H8m1.5-4H8v8h1.5',
  beside: 'M9 3h4v4M13 3 8 8M7 3.5H3v9.5h9.5V9',
  cell: 'M2.5 4h11v8h-11zM5 6.5 6.5 8 5 9.5M8 9.5h3',
  copy: 'M5.5 5.5h7v7h-7zM3.5 10.5v-7h7',
  reset: 'M3.5 8a4.5 4.5 0 1 0 1.6-3.4M3.5 2.5v3h3',
  rename: 'M3 13l.6-2.6L10.8 3.2l2 2L5.6 12.4z',
  trash: 'M3.5 4.5h9M6.5 4.5v-1.5h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5',
  power: 'M8 2.5v5M5 4.3a4.8 4.8 0 1 0 6 0',
  undo: 'M6 3.5 3 6.5l3 3M3.5 6.5h6a3.3 3.3 0 0 1 0 6.6H6',
  redo: 'M10 3.5l3 3-3 3M12.5 6.5h-6a3.3 3.3 0 0 0 0 6.6H10',
  bolt: 'M9 1.8 3.8 9h3.7L7 14.2 12.2 7H8.5z',
  pause: 'M4.5 3.5h2.6v9H4.5zM8.9 3.5h2.6v9H8.9z',
  loop: 'M12.5 8a4.5 4.5 0 1 1-1.6-3.4M12.5 2.5v3h-3',
  sliders: 'M3 4.5h6M12 4.5h1M10.5 3v3M3 8h1M7 8h6M5.5 6.5v3M3 11.5h6M12 11.5h1M10.5 10v3',
  lines: 'M3 4.5h10M3 8h10M3 11.5h6',
  runTo: 'M3 4v8l5.5-4zM12 3.5v9',
  runFrom: 'M7.5 4v8L13 8zM4 3.5v9',
  off: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM4.2 4.2l7.6 7.6',
  bypass: 'M2 10.5h2.5a3.5 3.5 0 0 1 7 0H14M11.8 8.3l2.2 2.2-2.2 2.2',
  freeze: 'M4.5 7.5h7v5.5h-7zM6 7.5V5.3a2 2 0 0 1 4 0v2.2',
  group: 'M2.5 2.5h11v11h-11zM5 5h3v3H5zM8 8h3v3H8z',
  ungroup: 'M2.5 5V2.5H5M11 2.5h2.5V5M13.5 11v2.5H11M5 13.5H2.5V11M5.5 5.5h5v5h-5z',
  target: 'M8 12.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3',
  upload: 'M3 10.5V13h10v-2.5M8 10.5V3M5 5.8 8 3l3 2.8',
  download: 'M3 10.5V13h10v-2.5M8 3v7.5M5 7.7l3 2.8 3-2.8',
  shield: 'M8 2 3 4v4c0 3 2.1 5 5 6 2.9-1 5-3 5-6V4zM8 5.5v3.2M8 10.8h.01',
  package: 'M8 1.8 2.5 4.6v6.8L8 14.2l5.5-2.8V4.6zM2.5 4.6 8 7.4l5.5-2.8M8 7.4v6.8',
  raise: 'M8 13V3.5M4 7.5l4-4 4 4',
  warning: 'M8 2.8 14 13H2zM8 6.5v3M8 11.3h.01',
} as const;

export type IconName = keyof typeof PATHS;

const FILLED: ReadonlySet<IconName> = new Set(['play', 'stop', 'pause', 'bolt']);

/** A decorative icon: what it means must be said by the text or label next to it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }): React.JSX.Element {
  const filled = FILLED.has(name);
  return (
    <svg
      className="fn-icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      <path
        d={PATHS[name]}
        fill={filled ? 'currentColor' : 'none'}
        stroke={filled ? 'none' : 'currentColor'}
        strokeWidth={name === 'more' ? 2 : 1.4}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
