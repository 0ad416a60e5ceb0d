import { expect, it } from 'vitest';
import { createManagerNews } from '../../src/client/news';

const LINE = { type: 'packages_progress', workerid: 'w', name: 'demo', stage: 'changing', restart: false };

it('keeps the lines of what goes on, and how it ended', () => {
  const { store, hear } = createManagerNews();
  const heard = (frame: object) => {
    hear(frame);
    return store.getState().changes.w;
  };
  heard({ ...LINE, line: 'one' });
  expect(heard({ ...LINE, line: 'two' })).toMatchObject({ stage: 'going', lines: ['one', 'two'] });
  expect(heard({ ...LINE, stage: 'failed', line: 'why' })).toMatchObject({
    stage: 'failed',
    lines: ['one', 'two'],
    why: 'why',
  });
  // the next one begins with nothing
  expect(heard({ ...LINE, line: 'anew' })).toMatchObject({ stage: 'going', lines: ['anew'], why: '' });
  expect(heard({ ...LINE, stage: 'done', line: '', restart: true })).toMatchObject({
    stage: 'done',
    restart: true,
  });
});

it('tells environments from changes of packages, and both from what is no news', () => {
  const { store, hear } = createManagerNews();
  hear({ type: 'environment_progress', workerid: 'w', name: 'demo', stage: 'making', line: 'x' } as object);
  hear({ type: 'environment_progress', workerid: 'w', name: 'demo', stage: 'ready', line: '' } as object);
  hear({ type: 'constructor', workerid: 'w' } as object);
  hear({ type: 'worker_stopped', workerid: 'w' } as object);
  expect({ ...store.getState().environments }).toMatchObject({ w: { stage: 'done', lines: ['x'] } });
  expect({ ...store.getState().changes }).toEqual({});
});

it('whose end nobody may have told is lost, not going; what had ended stays', () => {
  const { store, hear, forget } = createManagerNews();
  hear({ ...LINE, line: 'one' } as object);
  hear({ ...LINE, workerid: 'v', stage: 'done', line: '' } as object);
  forget();
  expect(store.getState().changes.w?.stage).toBe('lost');
  expect(store.getState().changes.v?.stage).toBe('done');
  hear({ ...LINE, line: 'one' } as object);
  expect(store.getState().changes.w).toMatchObject({ stage: 'going', lines: ['one'] });
});
