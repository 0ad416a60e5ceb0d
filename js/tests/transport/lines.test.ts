import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requestInLines } from '../../src/transport/lines';

const SERVER = { baseUrl: 'http://localhost/x/' };
const fetchMock = vi.fn<typeof fetch>();

beforeEach(() => vi.stubGlobal('fetch', fetchMock));
afterEach(() => {
  fetchMock.mockReset();
  vi.unstubAllGlobals();
});

/** An answer whose pieces come as the network cuts them. */
function answer(...pieces: string[]): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      controller.close();
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'application/x-ndjson' } });
}

function ask(onLine?: (line: string) => void, signal?: AbortSignal): Promise<unknown> {
  return requestInLines(SERVER, 'api/workers', { name: 'a' }, { onLine, signal });
}

describe('a request that takes its time', () => {
  it('tells what is said on the way, wherever the network cuts it', async () => {
    fetchMock.mockResolvedValueOnce(
      answer('{"line":"Ma', 'king"}\n{"line":"ü"}\n{"do', 'ne":{"uuid":"a"}}\n'),
    );
    const lines: string[] = [];
    await expect(ask(line => lines.push(line))).resolves.toEqual({ uuid: 'a' });
    expect(lines).toEqual(['Making', 'ü']);
    const [, init] = fetchMock.mock.calls[0] ?? [];
    expect(new Headers(init?.headers).get('Accept')).toContain('application/x-ndjson');
  });

  it('that is over at once is answered as usual', async () => {
    fetchMock.mockResolvedValueOnce(new Response('{"uuid":"a"}', { status: 201 }));
    await expect(ask()).resolves.toEqual({ uuid: 'a' });
  });

  it.each([
    ['at once', () => new Response('{"error":"taken","code":"WorkerNameTakenError"}', { status: 409 })],
    [
      'in the end',
      () =>
        answer('{"line":"x"}\n{"refused":{"error":"taken","code":"WorkerNameTakenError"},"status":409}\n'),
    ],
  ])('that is refused %s rejects with the server’s words', async (_when, refused) => {
    fetchMock.mockResolvedValueOnce(refused());
    await expect(ask()).rejects.toMatchObject({
      status: 409,
      code: 'WorkerNameTakenError',
      message: 'taken',
    });
  });

  it('that the server breaks off rejects', async () => {
    fetchMock.mockResolvedValueOnce(answer('{"line":"x"}\n'));
    await expect(ask()).rejects.toMatchObject({ code: 'Unreachable' });
  });

  it('that is given up rejects as such', async () => {
    const giving = new AbortController();
    fetchMock.mockImplementationOnce(async () => {
      giving.abort();
      throw new DOMException('', 'AbortError');
    });
    await expect(ask(undefined, giving.signal)).rejects.toMatchObject({ code: 'Aborted' });
  });
});
