import type { BinaryHeader, ServerFrame } from './types.gen';

export const PING = '{"type":"ping"}';

/** Bytes that came as the reply to a command, such as a pickle. */
export interface BinaryResult {
  readonly mime: string;
  readonly data: Uint8Array;
}

export interface BinaryFrame {
  readonly header: BinaryHeader;
  readonly payload: Uint8Array;
}

/** A frame that cannot be read. It is skipped; the connection goes on. */
export class FrameError extends Error {}

export function encodeCommand(id: number, cmd: string, kwargs: Record<string, unknown>): string {
  return JSON.stringify({ type: 'cmd', id, cmd, kwargs });
}

/** A text frame. Throws a {@link FrameError}. */
export function decodeText(text: string): ServerFrame {
  const frame = parse(text);
  if (typeof frame !== 'object' || frame === null || !('type' in frame)) {
    throw new FrameError(`No frame: ${text.slice(0, 80)}`);
  }
  return frame as ServerFrame;
}

/** A binary frame: 4-byte big-endian length, a JSON header of that many bytes, the payload. Throws a {@link FrameError}. */
export function decodeBinary(data: ArrayBuffer): BinaryFrame {
  if (data.byteLength < 4) throw new FrameError('A binary frame starts with a length of four bytes.');
  const start = 4 + new DataView(data).getUint32(0);
  if (start > data.byteLength) throw new FrameError('The header of a binary frame is cut off.');
  const header = parse(new TextDecoder().decode(new Uint8Array(data, 4, start - 4)));
  return { header: header as BinaryHeader, payload: new Uint8Array(data, start) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FrameError(`Malformed frame: ${error}`);
  }
}
