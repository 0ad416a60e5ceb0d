import { LimitChoice } from './LimitChoice';
import { LEAST_MEGABYTES, type SettingsDraft } from './settings';

interface SettingsFieldsProps {
  readonly draft: SettingsDraft;
  /** Dresses what is typed in the manner of the place. */
  readonly fieldClass: string;
  onChange(draft: SettingsDraft): void;
}

const IDLE_CHOICES = [
  ['server', 'as the server says'],
  ['never', 'never'],
  ['after', 'after'],
] as const;

const MEMORY_CHOICES = [
  ['server', 'as the server says'],
  ['any', 'no limit'],
  ['most', 'at most'],
] as const;

/** How a worker is kept, to edit. */
export function SettingsFields({ draft, fieldClass, onChange }: SettingsFieldsProps): React.JSX.Element {
  const change = (changes: Partial<SettingsDraft>): void => onChange({ ...draft, ...changes });
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
      <LimitChoice
        legend="Stop when idle"
        choices={IDLE_CHOICES}
        chosen={draft.idle}
        testId="fn-idle"
        amount={{
          className: fieldClass,
          'data-testid': 'fn-idle-minutes',
          'aria-label': 'Minutes of rest',
          min: '0.1',
          value: draft.minutes,
        }}
        unit="minutes"
        onChoose={idle => change({ idle })}
        onAmount={minutes => change({ minutes })}
      />
      <LimitChoice
        legend="Memory, from its next start on"
        choices={MEMORY_CHOICES}
        chosen={draft.memory}
        testId="fn-memory"
        amount={{
          className: fieldClass,
          'data-testid': 'fn-memory-megabytes',
          'aria-label': 'Megabytes of memory',
          min: LEAST_MEGABYTES,
          value: draft.megabytes,
        }}
        unit="MB"
        onChoose={memory => change({ memory })}
        onAmount={megabytes => change({ megabytes })}
      />
    </div>
  );
}
