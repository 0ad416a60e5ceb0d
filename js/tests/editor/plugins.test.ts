import { beforeEach, expect, test, vi } from 'vitest';
import { keptConsents } from '../../src/editor/plugins/consents';
import { createPlugins } from '../../src/editor/plugins/plugins';
import { createGraphStore } from '../../src/model/store';
import type { PackInfo } from '../../src/protocol/types.gen';
import { fullState } from '../samples';

const SERVER = 'http://hub.example/user/ann/';

function pack(changes: Partial<PackInfo> = {}, sha256 = 'a'.repeat(64)): PackInfo {
  return {
    name: 'drawpack',
    version: '1.0',
    module: 'drawpack',
    installed: '1.0',
    needs_restart: false,
    shelves: [],
    problems: [],
    renderers: [],
    plugin: { sha256, size: 3 },
    ...changes,
  };
}

function followed(packs: PackInfo[]) {
  const graph = createGraphStore();
  const code = vi.fn(() => new Promise<Blob>(() => {})); // on its way
  const plugins = createPlugins({ server: SERVER, code }, keptConsents(SERVER), graph);
  const tell = (found: PackInfo[]) =>
    graph.getState().dispatch({ type: 'library', library: { shelves: [], packs: found } });
  tell(packs);
  graph.getState().dispatch({ type: 'snapshot', state: fullState(1) });
  return { plugins, code, tell, state: () => plugins.store.getState().entries.drawpack?.state };
}

beforeEach(() => localStorage.clear());

test('an answer counts for one server, pack, version and hash', () => {
  const consents = keptConsents(SERVER);
  expect(consents.get(pack())).toBeNull();
  consents.set(pack(), 'allowed');
  expect(keptConsents(SERVER).get(pack())).toBe('allowed');
  expect(keptConsents('http://hub.example/user/bob/').get(pack())).toBeNull();
  expect(consents.get(pack({}, 'b'.repeat(64)))).toBeNull();
  expect(consents.get(pack({ version: '1.1' }))).toBeNull();
  expect(consents.get(pack({ name: 'another' }))).toBeNull();
  expect(consents.get(pack({ plugin: null }))).toBeNull();
});

test.each(['{', '[]', 'null', '"allowed"', '{"x": {"y": 1}}'])(
  'nonsense that is kept is no answer: %s',
  text => {
    localStorage.setItem(`funcnodes:plugins:${SERVER}`, text);
    expect(keptConsents(SERVER).get(pack())).toBeNull();
  },
);

test('where nothing can be kept, the answer counts until the page is left', () => {
  const refuse = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('full');
  });
  const consents = keptConsents(SERVER);
  consents.set(pack(), 'declined');
  expect(consents.get(pack())).toBe('declined');
  refuse.mockRestore();
  expect(keptConsents(SERVER).get(pack())).toBeNull();
});

test('nothing is fetched before it is allowed, and then of the worker that has it', () => {
  const { plugins, code, state } = followed([pack()]);
  expect(state()).toBe('asked');
  plugins.answer('drawpack', 'declined');
  expect(state()).toBe('declined');
  expect(code).not.toHaveBeenCalled();
  plugins.answer('drawpack', 'allowed');
  expect(state()).toBe('loading');
  expect(code).toHaveBeenCalledWith('w1', 'drawpack', 'a'.repeat(64));
});

test('code of another hash is asked about anew; code that is loaded is not replaced', () => {
  keptConsents(SERVER).set(pack(), 'allowed');
  const { state, tell, code } = followed([pack({}, 'b'.repeat(64))]);
  expect(state()).toBe('asked');
  tell([pack()]);
  expect(state()).toBe('loading');
  tell([pack({}, 'c'.repeat(64))]);
  expect(state()).toBe('old');
  expect(code).toHaveBeenCalledTimes(1);
  tell([]);
  expect(state()).toBeUndefined();
});
