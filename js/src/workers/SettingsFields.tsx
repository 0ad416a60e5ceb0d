import { useId } from 'react';
import { LEAST_MEGABYTES, type SettingsDraft } from './settings';

interface SettingsFieldsProps {
  readonly draft: SettingsDraft;
  /** Dresses what is typed in the manner of the place. */
  readonly fieldClass: string;
  onChange(draft: SettingsDraft): void;
}

/** How a worker is kept, to edit. The browser refuses numbers that cannot be. */
export function SettingsFields({ draft, fieldClass, onChange }: SettingsFieldsProps): React.JSX.Element {
  const group = useId();
  const change = (changes: Partial<SettingsDraft>): void => onChange({ ...draft, ...changes });
  const rest = (idle: SettingsDraft['idle'], label: string) => (
    <label className="fn-worker-tick">
      <input
        type="radio"
        name={group}
        data-testid={`fn-idle-${idle}`}
        checked={draft.idle === idle}
        onChange={() => change({ idle })}
      />
      <span>{label}</span>
    </label>
  );
  const limit = (memory: SettingsDraft['memory'], label: string) => (
    <label className="fn-worker-tick">
      <input
        type="radio"
        name={`${group}memory`}
        data-testid={`fn-memory-${memory}`}
        checked={draft.memory === memory}
        onChange={() => change({ memory })}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <div className="fn-worker-settings">
      <label className="fn-worker-tick">
        <input
          type="checkbox"
          data-testid="fn-autostart"
          checked={draft.autostart}
          onChange={event => change({ autostart: event.currentTarget.checked })}
        />
        <span>Start with the server</span>
      </label>
      <label className="fn-worker-tick">
        <input
          type="checkbox"
          data-testid="fn-detached"
          checked={draft.detached}
          onChange={event => change({ detached: event.currentTarget.checked })}
        />
        <span>
          Keep running when the server ends
          <small>Counts from the worker’s next start on.</small>
        </span>
      </label>
      <fieldset>
        <legend>Stop when idle</legend>
        {rest('server', 'as the server says')}
        {rest('never', 'never')}
        <div className="fn-worker-minutes">
          {rest('after', 'after')}
          <input
            type="number"
            className={fieldClass}
            data-testid="fn-idle-minutes"
            aria-label="Minutes of rest"
            required
            min="0.1"
            step="any"
            disabled={draft.idle !== 'after'}
            value={draft.minutes}
            onChange={event => change({ minutes: event.currentTarget.value })}
          />
          <span>minutes</span>
        </div>
      </fieldset>
      <fieldset>
        <legend>Memory, from its next start on</legend>
        {limit('server', 'as the server says')}
        {limit('any', 'no limit')}
        <div className="fn-worker-minutes">
          {limit('most', 'at most')}
          <input
            type="number"
            className={fieldClass}
            data-testid="fn-memory-megabytes"
            aria-label="Megabytes of memory"
            required
            min={LEAST_MEGABYTES}
            step="any"
            disabled={draft.memory !== 'most'}
            value={draft.megabytes}
            onChange={event => change({ megabytes: event.currentTarget.value })}
          />
          <span>MB</span>
        </div>
      </fieldset>
    </div>
  );
}
