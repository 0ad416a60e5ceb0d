import { backoff } from './backoff';
import type { Break, Transport, TransportListener } from './transport';

/** The relay closes with this code when the worker is not running. */
export const CLOSED_GONE = 4404;
/** After so long without a frame the other end is asked whether it is there, */
const SILENCE_MS = 20_000;
/** and given up after so long without any answer. A closed lid leaves sockets that look open and are dead. */
const PATIENCE_MS = 40_000;

/** A WebSocket that comes back by itself, unless the server says that the worker is gone. */
export class WebSocketTransport implements Transport {
  #socket: WebSocket | null = null;
  #listener: TransportListener | null = null;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param url of the socket, `ws:` or `wss:`
   * @param ping text that makes the other end answer anything
   */
  constructor(
    private readonly url: string,
    private readonly ping: string,
  ) {}

  open(listener: TransportListener): void {
    this.#listener = listener;
    window.addEventListener('online', this.#onOnline);
    this.#connect();
  }

  send(text: string): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  reconnect(): void {
    this.#attempt = 0;
    if (this.#drop()) this.#listener?.broken('lost');
    this.#connect();
  }

  retryLater(): void {
    this.#drop();
    this.#end('lost');
  }

  close(): void {
    window.removeEventListener('online', this.#onOnline);
    this.#listener = null;
    this.#drop();
  }

  #connect(): void {
    if (!this.#listener) return;
    const socket = new WebSocket(this.url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onmessage = event => {
      // Only now it is a real connection: the relay opens the socket before it knows whether the worker is there.
      this.#attempt = 0;
      this.#watch();
      this.#listener?.received(event.data);
    };
    socket.onclose = event => {
      this.#drop();
      this.#end(event.code === CLOSED_GONE ? 'gone' : 'lost');
    };
    this.#watch();
  }

  /** Lets go of the socket without a word; says whether there was one. */
  #drop(): boolean {
    clearTimeout(this.#retry);
    clearTimeout(this.#watchdog);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return false;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
    return true;
  }

  #end(how: Break): void {
    if (how === 'lost') this.#retry = setTimeout(() => this.#connect(), backoff(this.#attempt++));
    this.#listener?.broken(how);
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      this.send(this.ping);
      this.#watchdog = setTimeout(() => this.retryLater(), PATIENCE_MS);
    }, SILENCE_MS);
  }

  readonly #onOnline = (): void => {
    // A socket that is still there may be fine; the watchdog finds out.
    if (!this.#socket && this.#attempt > 0) this.reconnect();
  };
}
