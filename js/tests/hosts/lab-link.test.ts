import { expect, it, vi } from 'vitest';
import { answerOpenBeside, canOpenBeside, openBeside } from '../../src/hosts/lab-link';

it('a cell finds JupyterLab, and asks it to open a worker', () => {
  const cell = document.body.appendChild(document.createElement('div'));
  const open = vi.fn();
  expect(canOpenBeside()).toBe(false);
  answerOpenBeside(open);
  expect(canOpenBeside()).toBe(true);
  openBeside(cell, { uuid: 'w1', name: 'demo' });
  expect(open).toHaveBeenCalledExactlyOnceWith({ uuid: 'w1', name: 'demo' });
});
