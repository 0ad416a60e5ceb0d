// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { edgeOf } from '../../src/editor/canvas/connecting';
import { handleId, portOfHandle } from '../../src/editor/canvas/handleId';

test.each(['out', 'mean "x"', 'a\\b', '50 %', '%22', 'two\nlines', '"><img src=x>', 'Größe', '\u0000'])(
  'the port %j can stand in a selector',
  port => {
    const handle = handleId(port);
    expect(() => document.querySelector(`[data-id="${handle}"]`)).not.toThrow();
    expect(portOfHandle(handle)).toBe(port);
    expect(edgeOf({ source: 'a', sourceHandle: handle, target: 'b', targetHandle: handleId('in') })).toEqual([
      'a',
      port,
      'b',
      'in',
    ]);
  },
);
