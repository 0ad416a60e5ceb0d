import { act, cleanup, render, screen } from '@testing-library/react';
import { useRef } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { ManagerClient, ManagerState, WorkerLifeState, WorkerUsage } from '../../src/client/manager';
import { useUsage } from '../../src/workers/useUsage';
import { WorkerLog } from '../../src/workers/WorkerLog';
import { worker } from '../samples';

const usage = vi.fn<() => Promise<Record<string, WorkerUsage>>>();
const log = vi.fn<(uuid: string, lines: number) => Promise<string>>();

let manager: ManagerClient;
let isSeen: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  isSeen = true;
  // jsdom lays nothing out and so cannot tell
  Element.prototype.checkVisibility = () => isSeen;
  usage.mockReset().mockResolvedValue({ w: { cpu: 0.5, memory: 60e6 } });
  log.mockReset().mockResolvedValue('one\ntwo');
  const store = createStore<ManagerState>(() => ({ workers: [worker('w')], connection: 'open' }));
  manager = { store, usage, log } as unknown as ManagerClient;
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function Usage(): React.JSX.Element {
  const where = useRef<HTMLParagraphElement>(null);
  return <p ref={where}>{useUsage(manager, where).w?.cpu ?? 'unknown'}</p>;
}

const after = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

function become(state: WorkerLifeState): void {
  manager.store.setState({ workers: [worker('w', { state })] });
}

it('what workers use is asked for again and again, and no more once it is not shown', async () => {
  const { unmount, container } = render(<Usage />);
  await after(0);
  expect(container.textContent).toBe('0.5');
  await after(1200);
  expect(usage).toHaveBeenCalledTimes(2);
  await after(9000);
  expect(usage).toHaveBeenCalledTimes(5);
  unmount();
  await after(9000);
  expect(usage).toHaveBeenCalledTimes(5);
});

it('nothing is asked while it cannot be seen', async () => {
  isSeen = false;
  render(<Usage />);
  await after(9000);
  expect(usage).not.toHaveBeenCalled();
  isSeen = true;
  await after(1200);
  expect(usage).toHaveBeenCalledOnce();
});

it('nothing is asked while no worker runs, and old numbers go', async () => {
  const { container } = render(<Usage />);
  await after(0);
  become('stopped');
  await after(9000);
  expect(usage).toHaveBeenCalledTimes(1);
  expect(container.textContent).toBe('unknown');
});

it('a server that does not answer is asked again', async () => {
  usage.mockRejectedValueOnce(new Error('no'));
  const { container } = render(<Usage />);
  await after(0);
  expect(container.textContent).toBe('unknown');
  await after(1200);
  expect(container.textContent).toBe('0.5');
});

it('a log is shown as the text it is, and follows', async () => {
  log.mockResolvedValueOnce('<b>bold</b>');
  render(<WorkerLog manager={manager} uuid="w" />);
  await after(0);
  expect(screen.getByRole('log').textContent).toBe('<b>bold</b>');
  expect(screen.getByRole('log').tabIndex).toBe(0);
  await after(2000);
  expect(screen.getByRole('log').textContent).toBe('one\ntwo');
});

it('what is being marked in a log stays', async () => {
  render(<WorkerLog manager={manager} uuid="w" />);
  await after(0);
  const text = screen.getByText(/one/).firstChild as Text;
  document.getSelection()?.setBaseAndExtent(text, 0, text, 3);
  log.mockResolvedValue('one\ntwo\nthree');
  await after(6000);
  expect(document.getSelection()?.toString()).toBe('one');
  document.getSelection()?.removeAllRanges();
  await after(2000);
  expect(screen.getByRole('log').textContent).toContain('three');
});

it('an empty log says so, and so does one that cannot be had', async () => {
  log.mockResolvedValueOnce('');
  render(<WorkerLog manager={manager} uuid="w" />);
  await after(0);
  expect(screen.getByRole('log').textContent).toBe('The worker has printed nothing.');
  log.mockRejectedValueOnce(new Error('there is no worker w'));
  await after(2000);
  expect(screen.getByRole('alert').textContent).toBe('there is no worker w');
});
