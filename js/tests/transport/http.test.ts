import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError, request } from '../../src/transport/http';

const SERVER = { baseUrl: 'http://localhost:8888/user/x/' };
const fetchMock = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal('fetch', fetchMock);
});

afterEach(() => {
  vi.unstubAllGlobals();
  fetchMock.mockReset();
  // biome-ignore lint/suspicious/noDocumentCookie: the code under test reads it there
  document.cookie = '_xsrf=; max-age=0';
});

function answer(status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  fetchMock.mockResolvedValueOnce(new Response(text, { status }));
}

it('asks below the base URL with cookies, the XSRF token and JSON', async () => {
  // biome-ignore lint/suspicious/noDocumentCookie: the code under test reads it there
  document.cookie = '_xsrf=2|abc';
  answer(201, { uuid: 'w1' });
  expect(await request(SERVER, 'POST', 'api/workers', { name: 'a' })).toEqual({ uuid: 'w1' });
  expect(fetchMock).toHaveBeenCalledWith(
    'http://localhost:8888/user/x/funcnodes/api/workers',
    expect.objectContaining({
      method: 'POST',
      credentials: 'same-origin',
      body: '{"name":"a"}',
      headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-XSRFToken': '2|abc' },
    }),
  );
});

it('sends the token of a host that has one', async () => {
  answer(200, []);
  await request({ ...SERVER, token: 't' }, 'GET', 'api/workers');
  expect(fetchMock.mock.lastCall?.[1]?.headers).toMatchObject({ Authorization: 'token t' });
});

it('gives undefined for an empty answer', async () => {
  fetchMock.mockResolvedValueOnce(new Response(null, { status: 204 }));
  expect(await request(SERVER, 'DELETE', 'api/workers/w1')).toBeUndefined();
});

it.each([
  [409, { error: 'taken', code: 'WorkerNameTakenError' }, 'WorkerNameTakenError', 'taken'],
  [403, '<html>', 'HTTP403', 'The Jupyter server did not let you in. Reload the page and sign in again.'],
  [404, { message: 'Not Found' }, 'HTTP404', 'Not Found'],
  [500, '', 'HTTP500', 'The Jupyter server answered 500'],
])('a refusal %i %j', async (status, body, code, message) => {
  answer(status, body);
  const refusal = request(SERVER, 'GET', 'api/workers');
  await expect(refusal).rejects.toBeInstanceOf(ApiError);
  await expect(refusal).rejects.toMatchObject({ status, code, message });
});

it('says so when nobody answers', async () => {
  fetchMock.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  await expect(request(SERVER, 'GET', 'api/workers')).rejects.toMatchObject({
    status: 0,
    code: 'Unreachable',
  });
});
