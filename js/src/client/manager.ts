import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Connection } from '../model/state';
import { PING } from '../protocol/codec';
import { download, request } from '../transport/http';
import { type LineOptions, requestInLines } from '../transport/lines';
import { type ServerAddress, socketUrl } from '../transport/server';
import type { Transport } from '../transport/transport';
import { type UploadOptions, upload } from '../transport/upload';
import { WebSocketTransport } from '../transport/websocket';
import { bringBack } from './comeback';
import { createManagerNews, type ManagerNews } from './news';
import { createPackagesClient, type EnvironmentKind, type PackagesClient } from './packages';
import { createWorkerClient, type WorkerClient } from './worker';

export type WorkerLifeState = 'stopped' | 'starting' | 'running' | 'stopping' | 'crashed' | 'foreign';

/** What a running worker does; `frozen`: it does not answer, though its process lives. Empty when nobody has asked. */
export type WorkerActivity = '' | 'idle' | 'busy' | 'frozen';

/** How a worker is kept. */
export interface WorkerSettings {
  /** Counts from its next start on. */
  readonly environment: EnvironmentKind;
  /** It starts with the server. */
  readonly autostart: boolean;
  /** It outlives the server that started it; counts from its next start on. */
  readonly detached: boolean;
  /** Seconds of rest after which it is stopped; 0: never, null: as the server does with all. */
  readonly idle_timeout: number | null;
  /** Bytes of memory that its process may use from its next start on; 0: any number, null: as the server lets all. */
  readonly memory_limit: number | null;
}

/** A worker as the Workermanager knows it. */
export interface WorkerRecord {
  readonly uuid: string;
  readonly name: string;
  readonly state: WorkerLifeState;
  readonly activity: WorkerActivity;
  /** Why it is in that state, if there is something to say; after a crash further lines are the end of its log. */
  readonly detail: string;
  readonly autostart: boolean;
  /** Of its process, if there is one. */
  readonly detached: boolean;
  /** Whether it will be from its next start on. */
  readonly detached_next: boolean;
  readonly idle_timeout: number | null;
  readonly memory_limit: number | null;
  readonly cwd: string;
  readonly pid: number | null;
  readonly created: string;
  readonly environment: EnvironmentKind;
  /** Its environment is just being made. */
  readonly preparing: boolean;
}

/** What is asked for with a new worker, beside its name. */
export interface NewWorker extends LineOptions {
  readonly environment: EnvironmentKind;
  /** Of which Python its own environment is to be, a version or a path; empty: the server's. */
  readonly python?: string;
}

/** A file that a person brought along for a worker. */
export interface StoredFile {
  /** Below the worker's files, with slashes. */
  readonly path: string;
  readonly size: number;
  readonly modified: string;
}

/** What a notebook keeps of a graph, by type. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** What a worker with all processes it started uses of the machine. */
export interface WorkerUsage {
  /** Processors kept busy; 1 is one whole. */
  readonly cpu: number;
  /** Resident bytes. */
  readonly memory: number;
}

export interface PluginSource {
  /** Base URL of the server: what is allowed here is not allowed on another. */
  readonly server: string;
  /** The ES module of a worker's pack, as it comes; whoever runs it checks it first. */
  code(uuid: string, module: string, sha256: string): Promise<Blob>;
}

export interface ManagerState {
  /** By name. */
  readonly workers: readonly WorkerRecord[];
  /** `connecting` until the first list has come. */
  readonly connection: Connection;
}

/** The line to the Workermanager: its list of workers in `store`, its verbs as methods. Verbs reject with an `ApiError`. */
export interface ManagerClient {
  readonly store: StoreApi<ManagerState>;
  /** What goes on with environments and packages, whoever asked for it. */
  readonly news: StoreApi<ManagerNews>;
  readonly packages: PackagesClient;
  /**
   * Makes a worker and starts it; without a name it gets one. With an environment of its own it is told how that comes
   * to be; broken off, nothing is left of it.
   */
  create(name?: string, options?: NewWorker): Promise<WorkerRecord>;
  start(uuid: string): Promise<WorkerRecord>;
  stop(uuid: string): Promise<WorkerRecord>;
  restart(uuid: string): Promise<WorkerRecord>;
  interrupt(uuid: string): Promise<WorkerRecord>;
  /** Gives up making the worker's environment; a worker that was just being made goes with it. */
  cancelPreparing(uuid: string): Promise<unknown>;
  rename(uuid: string, name: string): Promise<WorkerRecord>;
  /** Changes how a worker is kept; what is not given stays. */
  configure(uuid: string, settings: Partial<WorkerSettings>): Promise<WorkerRecord>;
  /** Copies a worker with its graph and files; the copy is not started. Without a name it gets one. */
  duplicate(uuid: string, name?: string): Promise<WorkerRecord>;
  /** The last `lines` lines that a worker printed; asking is no activity that would keep a server from being culled. */
  log(uuid: string, lines: number): Promise<string>;
  /** What the running workers use, by uuid; measured from one asking to the next. */
  usage(): Promise<Readonly<Record<string, WorkerUsage>>>;
  remove(uuid: string): Promise<void>;
  /** The newest picture of a worker's graph, also of one that was deleted a while ago; undefined when there is none. */
  picture(uuid: string): Promise<MimeBundle | undefined>;
  /** A worker as an archive, with or without its files. */
  exportWorker(uuid: string, files: boolean): Promise<Blob>;
  /** Makes a worker of an archive; it is not started. */
  importWorker(archive: File, options?: UploadOptions): Promise<WorkerRecord>;
  /** Adds a file to a worker's. Absent where no server keeps any. */
  upload?(uuid: string, file: File, options?: UploadOptions & { overwrite?: boolean }): Promise<StoredFile>;
  /** Code of node packs for the browser. Absent where no server gives any. */
  readonly plugins?: PluginSource;
  /** A client of that worker; it comes back by itself when the worker runs again. */
  connectWorker(uuid: string): WorkerClient;
  dispose(): void;
}

export type OpenSocket = (url: string) => Transport;

/** @param openSocket makes the transport of a socket's address; tests give their own */
export function createManagerClient(
  server: ServerAddress,
  openSocket: OpenSocket = url => new WebSocketTransport(url, PING),
): ManagerClient {
  return new HubClient(server, openSocket);
}

class HubClient implements ManagerClient {
  readonly store = createStore<ManagerState>(() => ({ workers: [], connection: 'connecting' }));
  readonly plugins: PluginSource;
  readonly news: StoreApi<ManagerNews>;
  readonly packages: PackagesClient;
  readonly #hearNews: (frame: { readonly type?: unknown }) => void;
  readonly #hub: Transport;
  readonly #disposal = new AbortController();

  constructor(
    private readonly server: ServerAddress,
    private readonly openSocket: OpenSocket,
  ) {
    this.plugins = {
      server: server.baseUrl,
      code: (uuid, module, sha256) => download(server, `workers/${uuid}/plugin/${module}/${sha256}.js`),
    };
    const { store: news, hear, forget } = createManagerNews();
    this.news = news;
    this.#hearNews = hear;
    this.packages = createPackagesClient(server);
    this.#hub = openSocket(socketUrl(server, 'hub'));
    this.#hub.open({
      received: data => this.#received(data),
      broken: () => {
        this.store.setState({ connection: 'lost' });
        forget();
      },
    });
  }

  async create(name?: string, options?: NewWorker): Promise<WorkerRecord> {
    const { environment, python, ...told } = options ?? {};
    const asked = { name, start: true, environment, python: python || undefined };
    const record = await requestInLines<WorkerRecord>(this.server, 'api/workers', asked, told);
    this.#show(record);
    return record;
  }

  start(uuid: string): Promise<WorkerRecord> {
    return this.#verb(uuid, 'start');
  }

  stop(uuid: string): Promise<WorkerRecord> {
    return this.#verb(uuid, 'stop');
  }

  restart(uuid: string): Promise<WorkerRecord> {
    return this.#verb(uuid, 'restart');
  }

  interrupt(uuid: string): Promise<WorkerRecord> {
    return this.#verb(uuid, 'interrupt');
  }

  cancelPreparing(uuid: string): Promise<unknown> {
    return request(this.server, 'POST', `api/workers/${uuid}/cancel`);
  }

  rename(uuid: string, name: string): Promise<WorkerRecord> {
    return request(this.server, 'PATCH', `api/workers/${uuid}`, { name });
  }

  configure(uuid: string, settings: Partial<WorkerSettings>): Promise<WorkerRecord> {
    return request(this.server, 'PATCH', `api/workers/${uuid}`, settings);
  }

  async duplicate(uuid: string, name?: string): Promise<WorkerRecord> {
    const copy = await request<WorkerRecord>(this.server, 'POST', `api/workers/${uuid}/duplicate`, { name });
    this.#show(copy);
    return copy;
  }

  async log(uuid: string, lines: number): Promise<string> {
    const path = `api/workers/${uuid}/log?lines=${lines}&no_track_activity=1`;
    return (await request<{ log: string }>(this.server, 'GET', path)).log;
  }

  usage(): Promise<Readonly<Record<string, WorkerUsage>>> {
    return request(this.server, 'GET', 'api/usage');
  }

  async remove(uuid: string): Promise<void> {
    await request(this.server, 'DELETE', `api/workers/${uuid}`);
  }

  picture(uuid: string): Promise<MimeBundle | undefined> {
    return request(this.server, 'GET', `workers/${uuid}/picture`, undefined, { cache: 'no-cache' });
  }

  exportWorker(uuid: string, files: boolean): Promise<Blob> {
    return download(this.server, `workers/${uuid}/export${files ? '?files=1' : ''}`);
  }

  async importWorker(archive: File, options?: UploadOptions): Promise<WorkerRecord> {
    const record = await upload<WorkerRecord>(this.server, 'api/workers/import', archive, options);
    this.#show(record);
    return record;
  }

  upload(
    uuid: string,
    file: File,
    { overwrite = false, ...options }: UploadOptions & { overwrite?: boolean } = {},
  ): Promise<StoredFile> {
    const path = `workers/${uuid}/upload/${encodeURIComponent(file.name)}${overwrite ? '?overwrite=1' : ''}`;
    return upload(this.server, path, file, options);
  }

  connectWorker(uuid: string): WorkerClient {
    const client = createWorkerClient(this.openSocket(socketUrl(this.server, `workers/${uuid}/ws`)));
    const stop = bringBack(client, this.store, ({ workers }) =>
      workers.some(worker => worker.uuid === uuid && worker.state === 'running'),
    );
    this.#disposal.signal.addEventListener('abort', stop);
    return {
      store: client.store,
      command: (cmd, kwargs) => client.command(cmd, kwargs),
      watch: ports => client.watch(ports),
      reconnect: () => client.reconnect(),
      dispose: () => {
        stop();
        client.dispose();
      },
    };
  }

  dispose(): void {
    this.#disposal.abort();
    this.#hub.close();
  }

  #verb(uuid: string, verb: string): Promise<WorkerRecord> {
    return request(this.server, 'POST', `api/workers/${uuid}/${verb}`);
  }

  #received(data: string | ArrayBuffer): void {
    const frame = readFrame(data);
    if (isStatus(frame))
      this.store.setState({ workers: byName([...frame.active, ...frame.inactive]), connection: 'open' });
    else if (frame) this.#hearNews(frame);
  }

  /** Lists a new worker at once; the Workermanager's own word about it is newer, if it is already there. */
  #show(record: WorkerRecord): void {
    const { workers } = this.store.getState();
    if (!workers.some(({ uuid }) => uuid === record.uuid)) {
      this.store.setState({ workers: byName([...workers, record]) });
    }
  }
}

interface StatusFrame {
  readonly type: 'worker_status';
  readonly active: readonly WorkerRecord[];
  readonly inactive: readonly WorkerRecord[];
}

/** The hub says some things in plain words; these are not for us. */
function readFrame(data: string | ArrayBuffer): { readonly type?: unknown } | null {
  if (typeof data !== 'string' || !data.startsWith('{')) return null;
  return JSON.parse(data);
}

function isStatus(frame: { readonly type?: unknown } | null): frame is StatusFrame {
  return frame?.type === 'worker_status';
}

function byName(workers: readonly WorkerRecord[]): WorkerRecord[] {
  return [...workers].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}
