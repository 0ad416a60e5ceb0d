import { describe, expect, it } from 'vitest';
import { decodeBinary, decodeText, encodeCommand, FrameError } from '../../src/protocol/codec';
import { binary } from '../samples';

describe('text frames', () => {
  it('a command carries its id and keywords', () => {
    expect(JSON.parse(encodeCommand(3, 'add_node', { node_id: 'x' }))).toEqual({
      type: 'cmd',
      id: 3,
      cmd: 'add_node',
      kwargs: { node_id: 'x' },
    });
  });

  it('a frame is told by its type', () => {
    expect(decodeText('{"type":"pong"}')).toEqual({ type: 'pong' });
  });

  it.each(['', 'pong', '[1]', 'null', '{"a":1}', '{"type":'])('refuses %j', text => {
    expect(() => decodeText(text)).toThrow(FrameError);
  });
});

describe('binary frames', () => {
  it('header and payload are taken apart', () => {
    const { header, payload } = decodeBinary(binary('{"type":"result","id":1,"part":0,"parts":1}', 'né'));
    expect(header).toMatchObject({ type: 'result', id: 1, parts: 1 });
    expect(new TextDecoder().decode(payload)).toBe('né');
  });

  it.each([new ArrayBuffer(3), new Uint8Array([0, 0, 0, 9, 123]).buffer, binary('{"type":', '')])(
    'refuses what is cut off',
    data => {
      expect(() => decodeBinary(data)).toThrow(FrameError);
    },
  );
});
