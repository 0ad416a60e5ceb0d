import { expect, it, vi } from 'vitest';
import { answerCells, hasLab, insertCell, openBeside } from '../../src/hosts/lab-link';

it('a cell finds JupyterLab, and asks it to open a worker and for a cell', () => {
  const cell = document.body.appendChild(document.createElement('div'));
  const open = vi.fn();
  const insert = vi.fn();
  expect(hasLab()).toBe(false);
  answerCells({ open, insertCell: insert });
  expect(hasLab()).toBe(true);
  openBeside(cell, { uuid: 'w1', name: 'demo' });
  expect(open).toHaveBeenCalledExactlyOnceWith({ uuid: 'w1', name: 'demo' });
  insertCell(cell, '%%funcnodes demo');
  expect(insert).toHaveBeenCalledExactlyOnceWith('%%funcnodes demo');
});
