import { expect, it } from 'vitest';
import type { WorkerRecord, WorkerSettings } from '../../src/client/manager';
import { changesIn, draftOf, type SettingsDraft } from '../../src/workers/settings';
import { worker } from '../samples';

/** One that runs, and will be detached once it is started again. */
function settings(idle_timeout: number | null, memory_limit: number | null = null): WorkerRecord {
  return worker('w', { detached: false, detached_next: true, idle_timeout, memory_limit });
}

it.each([
  [null, 'server', '30'],
  [0, 'never', '30'],
  [1800, 'after', '30'],
  [90, 'after', '1.5'],
  [100, 'after', '1.67'],
])('%s seconds of rest are edited as “%s” %s', (seconds, idle, minutes) => {
  expect(draftOf(settings(seconds))).toMatchObject({ autostart: false, detached: true, idle, minutes });
});

it.each([
  [null, 'server', '2000'],
  [0, 'any', '2000'],
  [500_000_000, 'most', '500'],
  [2 ** 30, 'most', '1073.74'],
])('%s bytes of memory are edited as “%s” %s', (bytes, memory, megabytes) => {
  expect(draftOf(settings(null, bytes))).toMatchObject({ memory, megabytes });
});

it.each<[string, number | null, Partial<SettingsDraft>, Partial<WorkerSettings>]>([
  ['nothing', 2 ** 30, {}, {}],
  ['the memory to any', null, { memory: 'any' }, { memory_limit: 0 }],
  ['the memory to the server’s', 0, { memory: 'server' }, { memory_limit: null }],
  ['the megabytes', 500e6, { megabytes: '300.5' }, { memory_limit: 300_500_000 }],
  ['the memory to so much', 0, { memory: 'most' }, { memory_limit: 2_000_000_000 }],
  ['megabytes that do not count', null, { megabytes: '7' }, {}],
])('changes %s', (_what, bytes, edit, changes) => {
  const before = settings(null, bytes);
  expect(changesIn({ ...draftOf(before), ...edit }, before)).toEqual(changes);
});

it.each(['', '0', '249', 'much'])('%j megabytes cannot be', megabytes => {
  const draft: SettingsDraft = { ...draftOf(settings(null)), memory: 'most', megabytes };
  expect(() => changesIn(draft, settings(null))).toThrow('Give 250 at least');
});

it.each<[string, number | null, Partial<SettingsDraft>, Partial<WorkerSettings>]>([
  ['nothing', 100, {}, {}],
  ['what starts it', null, { autostart: true }, { autostart: true }],
  ['what ends it', null, { detached: false }, { detached: false }],
  ['the rest to never', null, { idle: 'never' }, { idle_timeout: 0 }],
  ['the rest to the server’s', 0, { idle: 'server' }, { idle_timeout: null }],
  ['the minutes', 1800, { minutes: '2.5' }, { idle_timeout: 150 }],
  ['the rest to so many minutes', 0, { idle: 'after' }, { idle_timeout: 1800 }],
  ['minutes that do not count', 0, { minutes: '7' }, {}],
])('changes %s', (_what, seconds, edit, changes) => {
  const before = settings(seconds);
  expect(changesIn({ ...draftOf(before), ...edit }, before)).toEqual(changes);
});

it.each(['', '0', '-1', 'soon'])('%j minutes cannot be', minutes => {
  const draft: SettingsDraft = { ...draftOf(settings(null)), idle: 'after', minutes };
  expect(() => changesIn(draft, settings(null))).toThrow('Give a number above 0');
});
