import { expect, it } from 'vitest';
import { graphName, percentCell } from '../../src/hosts/lab/percent-cell';

const code = (source: string) => ({ type: 'code', source });
const markdown = (source: string) => ({ type: 'markdown', source });

it('makes each cell of code a part', () => {
  expect(percentCell('demo', [code('x = 1\n'), code('y = x')])).toBe(
    '%%funcnodes demo\n# %%\nx = 1\n\n# %%\ny = x',
  );
});

it('gives a part the heading above it as its title, and other text as comments', () => {
  const cells = [
    markdown('# The **first** `one` #\n\nSays more.\n%% no part'),
    code('x = 1'),
    markdown('only text'),
    code('y = x'),
  ];
  expect(percentCell('demo', cells)).toBe(
    '%%funcnodes demo\n# %% The first one\n# Says more.\n#  no part\nx = 1\n\n# %%\n# only text\ny = x',
  );
});

it('leaves out cells without code, and keeps the line that a cell has already', () => {
  const cells = [code('  \n'), { type: 'raw', source: 'raw' }, code('# %% Mine\nx = 1'), markdown('# End')];
  expect(percentCell('demo', cells)).toBe('%%funcnodes demo\n# %% Mine\nx = 1');
  expect(percentCell('demo', [code(''), markdown('# Text')])).toBeNull();
});

it.each([
  ['work/Penguin study.ipynb', [], 'Penguin study'],
  ['a.ipynb', ['a', 'a-2'], 'a-3'],
  ['--height=3 $(x).ipynb', [], 'height-3 -x'],
  ['Größe.ipynb', [], 'Größe'],
  ['$.ipynb', [], 'graph'],
])('calls the graph of %s, with %j taken, %s', (path, taken, name) => {
  expect(graphName(path, new Set(taken))).toBe(name);
});
