/** A thin bar along the top of a running node; without a known end it only says that it runs. */
export function NodeProgress({ fraction }: { fraction: number | null }): React.JSX.Element {
  const percent = fraction === null ? undefined : Math.round(fraction * 100);
  return (
    <div
      className="fn-progress"
      role="progressbar"
      aria-label="Running"
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <div
        data-endless={fraction === null || undefined}
        style={percent === undefined ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}
