import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Break } from '../../src/transport/transport';
import { CLOSED_GONE, WebSocketTransport } from '../../src/transport/websocket';

/** What the browser gives; the test plays the server. */
class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  static get last(): FakeSocket {
    return FakeSocket.made.at(-1) as FakeSocket;
  }
  readyState = 0;
  sent: string[] = [];
  isClosed = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.isClosed = true;
  }
  serve(data: unknown): void {
    this.readyState = FakeSocket.OPEN;
    this.onmessage?.({ data });
  }
  fail(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

let transport: WebSocketTransport;
let received: unknown[];
let breaks: Break[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1);
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.made = [];
  received = [];
  breaks = [];
  transport = new WebSocketTransport('ws://x/hub', 'ping');
  transport.open({ received: data => received.push(data), broken: how => breaks.push(how) });
});

afterEach(() => {
  transport.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a connection', () => {
  it('passes frames both ways, and refuses to send before it is open', () => {
    expect(transport.send('early')).toBe(false);
    FakeSocket.last.serve('hello');
    expect(transport.send('now')).toBe(true);
    expect(received).toEqual(['hello']);
    expect(FakeSocket.last.sent).toEqual(['now']);
  });

  it('that breaks comes back, later each time', () => {
    for (const wait of [250, 500, 1000]) {
      const count = FakeSocket.made.length;
      FakeSocket.last.fail();
      vi.advanceTimersByTime(wait - 1);
      expect(FakeSocket.made).toHaveLength(count);
      vi.advanceTimersByTime(1);
      expect(FakeSocket.made).toHaveLength(count + 1);
    }
    expect(breaks).toEqual(['lost', 'lost', 'lost']);
  });

  it('is patient again only after a frame: the relay opens sockets to nowhere', () => {
    FakeSocket.last.fail();
    vi.advanceTimersByTime(250);
    FakeSocket.last.serve('hello');
    FakeSocket.last.fail();
    vi.advanceTimersByTime(250);
    expect(FakeSocket.made).toHaveLength(3);
  });

  it('to a worker that is gone waits to be asked', () => {
    FakeSocket.last.fail(CLOSED_GONE);
    vi.advanceTimersByTime(60_000);
    expect(breaks).toEqual(['gone']);
    expect(FakeSocket.made).toHaveLength(1);
    transport.reconnect();
    expect(FakeSocket.made).toHaveLength(2);
  });

  it('that is replaced says nothing any more', () => {
    const old = FakeSocket.last;
    old.serve('hello');
    transport.reconnect();
    expect(old.isClosed).toBe(true);
    expect(old.onmessage).toBeNull();
    expect(breaks).toEqual(['lost']);
  });

  it('that is closed stays closed', () => {
    transport.close();
    transport.reconnect();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(1);
    expect(breaks).toEqual([]);
  });
});

describe('silence', () => {
  it('is broken by asking', () => {
    FakeSocket.last.serve('hello');
    vi.advanceTimersByTime(20_000);
    expect(FakeSocket.last.sent).toEqual(['ping']);
    FakeSocket.last.serve('pong');
    vi.advanceTimersByTime(40_000);
    expect(breaks).toEqual([]);
  });

  it('without an answer is a break', () => {
    FakeSocket.last.serve('hello');
    vi.advanceTimersByTime(60_000);
    expect(breaks).toEqual(['lost']);
    expect(FakeSocket.made[0]?.isClosed).toBe(true);
    vi.advanceTimersByTime(250);
    expect(FakeSocket.made).toHaveLength(2);
  });
});

it('when the network is back nobody waits', () => {
  FakeSocket.last.fail();
  window.dispatchEvent(new Event('online'));
  expect(FakeSocket.made).toHaveLength(2);
});
