import { describe, expect, test } from 'vitest';
import type { TablePage } from '../../src/protocol/types.gen';
import { chooseMime, TABLE_MIME } from '../../src/renderers/previews/chooseMime';
import { fitTable } from '../../src/renderers/previews/fitTable';
import { frameDocument } from '../../src/renderers/previews/HtmlPreview';
import { imageSource } from '../../src/renderers/previews/ImagePreview';
import { pythonText } from '../../src/renderers/previews/pythonText';

test('the richest mime type is drawn', () => {
  const bundle = { 'text/plain': 'x', 'text/html': '<b>x</b>', [TABLE_MIME]: { rows: [] } };
  expect(chooseMime(bundle)?.form).toBe('table');
  expect(chooseMime({ 'text/plain': 'x', 'image/png': 'AA' })?.mime).toBe('image/png');
  expect(chooseMime({ 'application/x-unknown': 1 })).toBeNull();
  expect(chooseMime(undefined)).toBeNull();
});

test('what a pack wants is drawn, if the value gives it', () => {
  const bundle = { 'text/plain': 'x', 'text/html': '<b>x</b>', 'image/png': 'AA' };
  expect(chooseMime(bundle, 'html')?.form).toBe('html');
  expect(chooseMime(bundle, 'text')?.form).toBe('text');
  expect(chooseMime(bundle, 'table')?.form).toBe('image');
  expect(chooseMime(bundle, 'pack.own')?.form).toBe('image');
  expect(chooseMime(bundle, '__proto__')?.form).toBe('image');
});

test.each([
  [null, 'None'],
  [true, 'True'],
  [3.5, '3.5'],
  ["it's", '"it\'s"'],
  ['', "''"],
  [[1, 'a', null], "[1, 'a', None]"],
  [{ a: false }, "{'a': False}"],
])('%j is written as Python does', (value, text) => {
  expect(pythonText(value)).toBe(text);
});

describe('fitTable', () => {
  const page: TablePage = {
    columns: ['species', 'island', 'mass'].map(name => ({ name, dtype: '', align: 'left', is_index: false })),
    rows: Array.from({ length: 8 }, () => ['Adelie', 'Torgersen', '3,750']),
    offset: 0,
    total_rows: 344,
    total_columns: 3,
  };

  test('keeps whole columns and says that there are more', () => {
    const fitted = fitTable(page, 160, 4);
    expect(fitted.columns.map(column => column.name)).toEqual(['species', 'island']);
    expect(fitted.rows).toEqual(Array.from({ length: 4 }, () => ['Adelie', 'Torgersen']));
    expect(fitted.more).toBe(true);
  });

  test('shows all of a table that fits', () => {
    const fitted = fitTable(page, 400, 4);
    expect(fitted.columns).toHaveLength(3);
    expect(fitted.more).toBe(false);
  });

  test('shortens heads where that makes room for one more column of values', () => {
    const names = ['species', 'island', 'bill_length_mm', 'sex'];
    const wide: TablePage = {
      ...page,
      columns: names.map(name => ({ name, dtype: '', align: 'left', is_index: false })),
      rows: [['Adelie', 'Torgersen', '39.1', 'male']],
      total_columns: 4,
    };
    const fitted = fitTable(wide, 206, 4);
    expect(fitted.columns.map(column => column.name)).toEqual(names.slice(0, 3));
    expect(fitted.more).toBe(true);
  });

  test('never leaves out the first column', () => {
    expect(fitTable(page, 20, 4).columns).toHaveLength(1);
  });
});

test('foreign HTML stands below a policy that fetches nothing', () => {
  const html = frameDocument('<img src="https://example.org/x.png">', { ink: 'black', scheme: 'light' });
  expect(html.indexOf("default-src 'none'")).toBeGreaterThan(0);
  expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<img'));
  expect(html.indexOf('<base target="_blank">')).toBeLessThan(html.indexOf('<img'));
});

test('pictures become data addresses', () => {
  expect(imageSource('image/png', 'AA\nBB')).toBe('data:image/png;base64,AABB');
  expect(imageSource('image/svg+xml', '<svg/>')).toBe('data:image/svg+xml;charset=utf-8,%3Csvg%2F%3E');
});
