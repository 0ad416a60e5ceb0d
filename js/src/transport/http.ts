import { httpUrl, type ServerAddress } from './server';

/** The server refused a request, or could not be reached (`status` 0). `message` is for a person. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export interface AskOptions {
  /** Breaks it off; the promise rejects with the code `Aborted`. */
  readonly signal?: AbortSignal;
  /** What the browser may keep of the answer; nothing, if left out. */
  readonly cache?: RequestCache;
}

/** One REST call below `funcnodes/`; the JSON of the answer, undefined when it has none. Throws an {@link ApiError}. */
export async function request<T>(
  server: ServerAddress,
  method: string,
  path: string,
  body?: unknown,
  { signal, cache = 'no-store' }: AskOptions = {},
): Promise<T> {
  const response = await send(httpUrl(server, path), {
    method,
    credentials: 'same-origin',
    cache,
    headers: headers(server, body !== undefined),
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  });
  return answerOf<T>(response.status, response.statusText, await response.text());
}

/** What stands at a path below `funcnodes/`, as a file. Throws an {@link ApiError}. */
export async function download(server: ServerAddress, path: string): Promise<Blob> {
  const response = await send(httpUrl(server, path), {
    credentials: 'same-origin',
    cache: 'no-store',
    headers: headers(server, false),
  });
  if (!response.ok) answerOf(response.status, response.statusText, await response.text());
  return response.blob();
}

/** The JSON of an answer, undefined when it has none. Throws an {@link ApiError} when it is a refusal. */
export function answerOf<T>(status: number, reason: string, text: string): T {
  if (status < 200 || status > 299) throw refusal(status, reason, text);
  return (text ? JSON.parse(text) : undefined) as T;
}

export const UNREACHABLE = 'The Jupyter server does not answer. Is it still running?';

/** The answer to a request, whatever it is. Throws an {@link ApiError} when there is none. */
export async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch {
    if (init.signal?.aborted) throw new ApiError(0, 'Aborted', 'It was broken off.');
    throw new ApiError(0, 'Unreachable', UNREACHABLE);
  }
}

/** What lets a request in. */
export function headers(server: ServerAddress, hasBody: boolean): Record<string, string> {
  const xsrf = cookie('_xsrf');
  return {
    Accept: 'application/json',
    ...(hasBody && { 'Content-Type': 'application/json' }),
    ...(xsrf && { 'X-XSRFToken': xsrf }),
    ...(server.token && { Authorization: `token ${server.token}` }),
  };
}

/** The first cookie of that name: below a Hub there may be several, and the one with the longest path comes first. */
function cookie(name: string): string | undefined {
  const entry = document.cookie.split('; ').find(text => text.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}

/** What a server's refusal means; `text` is the JSON that came with it. */
export function refusal(status: number, reason: string, text: string): ApiError {
  const { error, message, code } = parsed(text);
  const said = error ?? message;
  return new ApiError(
    status,
    typeof code === 'string' ? code : `HTTP${status}`,
    typeof said === 'string' && said ? said : plainReason(status, reason),
  );
}

function plainReason(status: number, reason: string): string {
  if (status === 401 || status === 403) {
    return 'The Jupyter server did not let you in. Reload the page and sign in again.';
  }
  return `The Jupyter server answered ${status} ${reason}`.trimEnd();
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
