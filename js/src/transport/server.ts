/** Where the Jupyter server is, and how to be let in. */
export interface ServerAddress {
  /** Absolute, with a slash at its end: `https://hub.example/user/x/`. */
  readonly baseUrl: string;
  /** Only where a host has one; else the login cookie does it. */
  readonly token?: string;
}

/** The address of something of ours on the server; `path` is below `funcnodes/`. */
export function httpUrl(server: ServerAddress, path: string): string {
  return new URL(`funcnodes/${path}`, server.baseUrl).href;
}

/** The same for a socket. A browser cannot give a socket headers, so a token goes into the query. */
export function socketUrl(server: ServerAddress, path: string): string {
  const url = new URL(httpUrl(server, path));
  url.protocol = url.protocol.replace('http', 'ws');
  if (server.token) url.searchParams.set('token', server.token);
  return url.href;
}
