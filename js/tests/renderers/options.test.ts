import { describe, expect, test } from 'vitest';
import { fieldKind } from '../../src/renderers/fieldKind';
import { filterOptions, labelOf, parseOptions } from '../../src/renderers/options';
import { describeType } from '../../src/renderers/valueType';
import { port } from '../samples';

const ENUM = { type: 'enum', values: [1, 2], keys: ['ONE', 'TWO'], nullable: false };

describe('parseOptions', () => {
  test.each([
    [
      'a list',
      ['x', 'y'],
      [
        { value: 'x', label: 'x' },
        { value: 'y', label: 'y' },
      ],
    ],
    [
      'labels',
      { First: 1, Second: 2 },
      [
        { value: 1, label: 'First' },
        { value: 2, label: 'Second' },
      ],
    ],
    ['pairs', [['First', 1]], [{ value: 1, label: 'First' }]],
    [
      'an enum',
      ENUM,
      [
        { value: 1, label: 'ONE' },
        { value: 2, label: 'TWO' },
      ],
    ],
    [
      'None, True and an empty text',
      [null, true, ''],
      [
        { value: null, label: 'None' },
        { value: true, label: 'True' },
        { value: '', label: "''" },
      ],
    ],
    ['nothing', undefined, []],
  ])('reads %s', (_what, options, expected) => {
    expect(parseOptions(port('a', { value_options: { options } }))).toEqual(expected);
  });

  test('falls back to the enum of the type', () => {
    expect(parseOptions(port('a', { type: ENUM })).map(option => option.label)).toEqual(['ONE', 'TWO']);
  });
});

test('typing narrows, what begins with it first', () => {
  const options = parseOptions(port('a', { value_options: { options: ['body_mass', 'mass', 'sex'] } }));
  expect(filterOptions(options, 'mass').map(option => option.label)).toEqual(['mass', 'body_mass']);
  expect(filterOptions(options, '  ')).toHaveLength(3);
});

test('a value is named by its label', () => {
  const options = parseOptions(port('a', { value_options: { options: { First: 1 } } }));
  expect([labelOf(options, 1), labelOf(options, 9)]).toEqual(['First', undefined]);
});

test.each([
  ['number', { kind: 'number', type: 'float' }],
  ['check', { kind: 'boolean', type: 'bool' }],
  ['line', { kind: 'text', type: 'str' }],
  ['area', { kind: 'text', type: 'str', value: { text: 'a…', type: 'str', value: 'a\nb' } }],
  ['area', { kind: 'text', type: 'str', render_options: { multiline: true } }],
  ['combo', { kind: 'text', type: 'str', value_options: { options: ['a'] } }],
  ['select', { kind: 'number', type: 'int', value_options: { options: [1, 2] } }],
  ['select', { kind: 'text', type: ENUM }],
  ['line', { kind: 'any', type: 'Any' }],
  ['line', { kind: 'any', type: { type: 'array', items: 'int' } }],
  ['line', { kind: 'any', type: { anyOf: ['FilePath', 'ReadCsvBuffer'] } }],
  ['none', { kind: 'any', type: 'mypack.Thing' }],
  ['none', { kind: 'table', type: 'pandas.DataFrame' }],
] as const)('the field is %s for %j', (kind, changes) => {
  expect(fieldKind(port('a', changes as Parameters<typeof port>[1]))).toBe(kind);
});

test.each(['__proto__', 'constructor', 'toString'])('a type may be called %s', name => {
  expect(describeType(name)).toBe(name);
});
