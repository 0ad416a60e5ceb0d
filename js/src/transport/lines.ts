import { type AskOptions, answerOf, headers, refusal, send } from './http';
import { httpUrl, type ServerAddress } from './server';

const NDJSON = 'application/x-ndjson';

export interface LineOptions extends AskOptions {
  /** Hears what the server says on the way, line by line. */
  onLine?(line: string): void;
}

/** One JSON object a line: what is said on the way, then what came of it. */
type Said =
  | { readonly line: string }
  | { readonly done: unknown }
  | { readonly refused: { readonly error?: unknown; readonly code?: unknown }; readonly status: number };

/**
 * A POST below `funcnodes/` that takes its time, told of meanwhile; the JSON of its outcome. Throws an `ApiError`,
 * also when it was broken off by `signal` (code `Aborted`) or by the server.
 */
export async function requestInLines<T>(
  server: ServerAddress,
  path: string,
  body: unknown,
  { onLine, signal }: LineOptions = {},
): Promise<T> {
  const response = await send(httpUrl(server, path), {
    method: 'POST',
    credentials: 'same-origin',
    cache: 'no-store',
    headers: { ...headers(server, true), Accept: `${NDJSON}, application/json` },
    body: JSON.stringify(body),
    signal,
  });
  const inLines = response.headers.get('Content-Type')?.startsWith(NDJSON) && response.body;
  if (!inLines) return answerOf<T>(response.status, response.statusText, await response.text());
  for await (const text of linesOf(response.body, signal)) {
    const said = JSON.parse(text) as Said;
    if ('line' in said) onLine?.(said.line);
    else if ('done' in said) return said.done as T;
    else throw refusal(said.status, '', JSON.stringify(said.refused));
  }
  throw refusal(0, '', JSON.stringify({ code: 'Unreachable', error: 'The Jupyter server broke off.' }));
}

async function* linesOf(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let held = '';
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      const code = signal?.aborted ? 'Aborted' : 'Unreachable';
      throw refusal(0, '', JSON.stringify({ code, error: 'The request was broken off.' }));
    });
    held += decoder.decode(value, { stream: !done });
    const lines = held.split('\n');
    held = lines.pop() ?? '';
    yield* lines.filter(Boolean);
    if (done) return;
  }
}
