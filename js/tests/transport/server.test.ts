import { expect, it } from 'vitest';
import { httpUrl, socketUrl } from '../../src/transport/server';

it.each([
  ['http://localhost:8888/', 'http://localhost:8888/funcnodes/hub', 'ws://localhost:8888/funcnodes/hub'],
  ['https://hub.org/user/x/', 'https://hub.org/user/x/funcnodes/hub', 'wss://hub.org/user/x/funcnodes/hub'],
])('%s', (baseUrl, http, socket) => {
  expect(httpUrl({ baseUrl }, 'hub')).toBe(http);
  expect(socketUrl({ baseUrl }, 'hub')).toBe(socket);
});

it('a token goes into the query of a socket, and an empty one nowhere', () => {
  const baseUrl = 'http://localhost:8888/';
  expect(socketUrl({ baseUrl, token: 'a b' }, 'hub')).toBe('ws://localhost:8888/funcnodes/hub?token=a+b');
  expect(socketUrl({ baseUrl, token: '' }, 'hub')).toBe('ws://localhost:8888/funcnodes/hub');
});
