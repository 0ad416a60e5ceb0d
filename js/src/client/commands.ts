import { type BinaryFrame, type BinaryResult, encodeCommand } from '../protocol/codec';
import type { ErrorReply, ResultReply } from '../protocol/types.gen';
import { CommandError } from './errors';

interface Pending {
  readonly cmd: string;
  readonly parts: Uint8Array[];
  resolve(result: unknown): void;
  reject(error: CommandError): void;
}

/** Commands under way: numbers them, matches replies, and fails them all when the connection breaks. */
export class Commands {
  readonly #pending = new Map<unknown, Pending>();
  #lastId = 0;

  /** @param send gives a frame to the connection; false when there is none */
  constructor(private readonly send: (text: string) => boolean) {}

  ask<T>(cmd: string, kwargs: Record<string, unknown> = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const id = ++this.#lastId;
      if (this.send(encodeCommand(id, cmd, kwargs))) {
        this.#pending.set(id, { cmd, parts: [], resolve: resolve as Pending['resolve'], reject });
      } else {
        reject(new CommandError('NotConnected', `Not connected to the worker: “${cmd}” was not sent.`));
      }
    });
  }

  /** A reply came as text. False when nobody waits for it. */
  settle(reply: ResultReply | ErrorReply): boolean {
    const pending = this.#pending.get(reply.id);
    if (!pending) return false;
    this.#pending.delete(reply.id);
    if (reply.type === 'result') pending.resolve(reply.result);
    else pending.reject(toError(reply));
    return true;
  }

  /** A part of a reply that is large or no JSON. */
  settlePart({ header, payload }: BinaryFrame): void {
    const pending = this.#pending.get(header.id);
    if (header.type !== 'result' || !pending) return;
    pending.parts.push(payload);
    if (pending.parts.length < header.parts) return;
    this.#pending.delete(header.id);
    pending.resolve(assemble(header.mime, pending.parts));
  }

  /** The connection broke. Whether the worker did what was asked is unknown, so nothing is repeated. */
  rejectAll(): void {
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const { cmd, reject } of lost) {
      reject(new CommandError('ConnectionLost', `The connection broke before the worker answered “${cmd}”.`));
    }
  }
}

function toError({ code, error, traceback }: ErrorReply): CommandError {
  const prefix = `${code}: `;
  return new CommandError(code, error.startsWith(prefix) ? error.slice(prefix.length) : error, traceback);
}

function assemble(mime: string, parts: Uint8Array[]): unknown {
  const data = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    data.set(part, offset);
    offset += part.length;
  }
  if (mime === 'application/json') return JSON.parse(new TextDecoder().decode(data));
  return { mime, data } satisfies BinaryResult;
}
