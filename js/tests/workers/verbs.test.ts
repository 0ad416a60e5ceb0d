import { expect, it, vi } from 'vitest';
import type { ManagerClient, WorkerRecord } from '../../src/client/manager';
import { doVerb, fittingVerbs, type PlaceVerbs, VERB_SECTIONS, WORKER_VERBS } from '../../src/workers/verbs';
import { worker } from '../samples';

const KEPT = 'rename duplicate settings packages export log | delete';

const cases: [string, Partial<WorkerRecord>, string][] = [
  ['stopped', { state: 'stopped' }, `open | start | ${KEPT}`],
  ['on its way up', { state: 'starting' }, 'open | stop | rename settings packages export log'],
  ['on its way down', { state: 'stopping' }, 'open | rename settings packages export log'],
  ['idle', { activity: 'idle' }, `open | restart stop | ${KEPT}`],
  ['busy', { activity: 'busy' }, `open | interrupt restart stop | ${KEPT}`],
  ['frozen', { activity: 'frozen' }, `open | restart stop | ${KEPT}`],
  ['crashed for good', { state: 'crashed', detail: 'killed; stays down after 5' }, `open | start | ${KEPT}`],
  [
    'coming back',
    { state: 'crashed', detail: 'killed; starts again in 4.5 s' },
    `open | start stop | ${KEPT}`,
  ],
  ['of another program', { state: 'foreign', detail: 'written by another program or version' }, ''],
];

it.each(cases)('a worker that is %s', (_how, changes, verbs) => {
  const found = fittingVerbs(worker('w', changes)).map(section => section.join(' '));
  expect(found.join(' | ')).toBe(verbs);
});

it('every verb stands in one section, in the order of the table', () => {
  expect(VERB_SECTIONS.flat()).toEqual(Object.keys(WORKER_VERBS));
});

it('a verb is done in the way of the table, else in that of the place', async () => {
  const manager = { restart: vi.fn(async () => {}) } as unknown as ManagerClient;
  const place = { rename: vi.fn() } as unknown as PlaceVerbs;
  const record = worker('w');
  await doVerb('restart', record, manager, place);
  expect(manager.restart).toHaveBeenCalledExactlyOnceWith('w');
  await doVerb('rename', record, manager, place);
  expect(place.rename).toHaveBeenCalledExactlyOnceWith(record);
});
