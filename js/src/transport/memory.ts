import type { Break, Transport, TransportListener } from './transport';

/** The double of a transport: a test plays the other end. */
export class MemoryTransport implements Transport {
  readonly sent: string[] = [];
  /** How often a connection was asked for, the first one included. */
  attempts = 0;
  isOpen = false;
  isClosed = false;
  #listener: TransportListener | null = null;

  open(listener: TransportListener): void {
    this.#listener = listener;
    this.attempts += 1;
  }

  send(text: string): boolean {
    if (this.isOpen) this.sent.push(text);
    return this.isOpen;
  }

  reconnect(): void {
    if (this.isOpen) this.break('lost');
    this.attempts += 1;
  }

  retryLater(): void {
    this.break('lost');
  }

  close(): void {
    this.isOpen = false;
    this.isClosed = true;
  }

  /** The other end sends a frame; the first one opens the line. */
  receive(frame: object | string | ArrayBuffer): void {
    this.isOpen = true;
    const isRaw = typeof frame === 'string' || frame instanceof ArrayBuffer;
    this.#listener?.received(isRaw ? frame : JSON.stringify(frame));
  }

  /** The line breaks. */
  break(how: Break): void {
    this.isOpen = false;
    this.#listener?.broken(how);
  }

  /** What was sent, parsed. */
  get frames(): Record<string, unknown>[] {
    return this.sent.map(text => JSON.parse(text));
  }
}
