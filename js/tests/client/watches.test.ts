import { beforeEach, expect, it } from 'vitest';
import { Watches } from '../../src/client/watches';
import type { PortRef } from '../../src/model/state';

const A: PortRef = ['n1', 'out'];
const B: PortRef = ['n2', 'out'];

let told: [string, readonly PortRef[]][];
let watches: Watches;

beforeEach(() => {
  told = [];
  watches = new Watches((cmd, ports) => told.push([cmd, ports]));
});

/** Everything of this moment has been told. */
const settled = (): Promise<void> => Promise.resolve();

it('tells what was asked in one moment together', async () => {
  watches.add([A]);
  watches.add([B]);
  expect(told).toEqual([]);
  await settled();
  expect(told).toEqual([['watch', [A, B]]]);
});

it('tells a port once, and takes it back with its last watcher', async () => {
  const stops = [watches.add([A]), watches.add([A])];
  await settled();
  stops[0]?.();
  stops[0]?.();
  await settled();
  expect(told).toEqual([['watch', [A]]]);
  stops[1]?.();
  await settled();
  expect(told.at(-1)).toEqual(['unwatch', [A]]);
});

it('says nothing when a port is dropped and taken up again', async () => {
  const stop = watches.add([A]);
  await settled();
  stop();
  watches.add([A]);
  await settled();
  expect(told).toHaveLength(1);
});

it('tells everything anew when asked to', async () => {
  watches.add([A]);
  watches.add([B])();
  await settled();
  watches.renew();
  await settled();
  expect(told).toEqual([
    ['watch', [A]],
    ['watch', [A]],
  ]);
});
