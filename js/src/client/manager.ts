import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Connection } from '../model/state';
import { PING } from '../protocol/codec';
import { request } from '../transport/http';
import { type ServerAddress, socketUrl } from '../transport/server';
import type { Transport } from '../transport/transport';
import { type UploadOptions, upload } from '../transport/upload';
import { WebSocketTransport } from '../transport/websocket';
import { bringBack } from './comeback';
import { createWorkerClient, type WorkerClient } from './worker';

export type WorkerLifeState = 'stopped' | 'starting' | 'running' | 'stopping' | 'crashed' | 'foreign';

/** A worker as the Workermanager knows it. */
export interface WorkerRecord {
  readonly uuid: string;
  readonly name: string;
  readonly state: WorkerLifeState;
  /** Why it is in that state, if there is something to say ("exit code 137"). */
  readonly detail: string;
  readonly cwd: string;
  readonly pid: number | null;
  readonly created: string;
}

/** A file that a person brought along for a worker. */
export interface StoredFile {
  /** Below the worker's files, with slashes. */
  readonly path: string;
  readonly size: number;
  readonly modified: string;
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
  /** Makes a worker and starts it; without a name it gets one. */
  create(name?: string): Promise<WorkerRecord>;
  start(uuid: string): Promise<WorkerRecord>;
  stop(uuid: string): Promise<WorkerRecord>;
  restart(uuid: string): Promise<WorkerRecord>;
  interrupt(uuid: string): Promise<WorkerRecord>;
  rename(uuid: string, name: string): Promise<WorkerRecord>;
  remove(uuid: string): Promise<void>;
  /** Adds a file to a worker's. Absent where no server keeps any. */
  upload?(uuid: string, file: File, options?: UploadOptions & { overwrite?: boolean }): Promise<StoredFile>;
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
  readonly #hub: Transport;
  readonly #disposal = new AbortController();

  constructor(
    private readonly server: ServerAddress,
    private readonly openSocket: OpenSocket,
  ) {
    this.#hub = openSocket(socketUrl(server, 'hub'));
    this.#hub.open({
      received: data => this.#received(data),
      broken: () => this.store.setState({ connection: 'lost' }),
    });
  }

  async create(name?: string): Promise<WorkerRecord> {
    const record = await request<WorkerRecord>(this.server, 'POST', 'api/workers', { name, start: true });
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

  rename(uuid: string, name: string): Promise<WorkerRecord> {
    return request(this.server, 'PATCH', `api/workers/${uuid}`, { name });
  }

  async remove(uuid: string): Promise<void> {
    await request(this.server, 'DELETE', `api/workers/${uuid}`);
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
    const frame = readStatus(data);
    if (frame)
      this.store.setState({ workers: byName([...frame.active, ...frame.inactive]), connection: 'open' });
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

/** The hub also says other things, some of them plain words; only the list of workers matters here. */
function readStatus(data: string | ArrayBuffer): StatusFrame | null {
  if (typeof data !== 'string' || !data.startsWith('{')) return null;
  const frame = JSON.parse(data) as { type?: unknown };
  return frame.type === 'worker_status' ? (frame as StatusFrame) : null;
}

function byName(workers: readonly WorkerRecord[]): WorkerRecord[] {
  return [...workers].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}
