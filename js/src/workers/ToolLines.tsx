import { useFollowing } from '../renderers/useFollowing';

/** What tools say while they work, the newest at the end. */
export function ToolLines({ lines, label }: { lines: readonly string[]; label: string }): React.JSX.Element {
  const box = useFollowing(lines);
  return (
    <div
      ref={box}
      className="fn-tool-lines"
      data-testid="fn-tool-lines"
      role="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
    >
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added, and may be alike
        <div key={index}>{line}</div>
      ))}
    </div>
  );
}
