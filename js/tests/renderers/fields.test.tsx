import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PortState } from '../../src/protocol/types.gen';
import { Field } from '../../src/renderers/fields/Field';
import type { Draft } from '../../src/renderers/fields/fieldProps';
import { port } from '../samples';

afterEach(cleanup);

function show(changes: Partial<PortState>, draft?: Draft) {
  const calls = {
    onDraft: vi.fn(),
    onRestore: vi.fn(),
    onText: vi.fn(),
    onValue: vi.fn(),
    onReset: vi.fn(),
    onNeedWhole: vi.fn(),
  };
  render(<Field port={port('a', changes)} draft={draft} testId="field" readOnly={false} {...calls} />);
  return { ...calls, field: screen.getByTestId<HTMLInputElement>('field') };
}

describe('a number field', () => {
  const held = { value: { text: '3.5', type: 'float', value: 3.5 } };

  test('shows the value as Python does', () => {
    expect(show(held).field.value).toBe('3.5');
  });

  test('Enter commits what was typed', () => {
    const { field, onText } = show(held, { text: '4', phase: 'editing' });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(onText).toHaveBeenCalledWith('4');
  });

  test('Escape takes back', () => {
    const { field, onRestore, onText } = show(held, { text: '4', phase: 'editing' });
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(onRestore).toHaveBeenCalled();
    expect(onText).not.toHaveBeenCalled();
  });

  test('what is on its way to the worker is not taken back', () => {
    const { field, onRestore } = show(held, { text: '4', phase: 'sent' });
    expect(fireEvent.keyDown(field, { key: 'Escape' })).toBe(true);
    expect(onRestore).not.toHaveBeenCalled();
  });

  test('leaving commits, but what was refused is not sent again', () => {
    const editing = show(held, { text: '4', phase: 'editing' });
    fireEvent.blur(editing.field);
    expect(editing.onText).toHaveBeenCalledWith('4');
    cleanup();
    const refused = show(held, { text: 'abc', phase: 'refused', message: 'no number' });
    fireEvent.blur(refused.field);
    expect(refused.onText).not.toHaveBeenCalled();
    expect(refused.field.value).toBe('abc');
  });

  test('emptied, it goes back to the default', () => {
    const { field, onReset } = show(held, { text: '', phase: 'editing' });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(onReset).toHaveBeenCalled();
  });

  test('a default is the placeholder, and editing begins with it', () => {
    const { field, onDraft } = show({ value: { text: '10', type: 'int', value: 10, is_default: true } });
    expect([field.value, field.placeholder]).toEqual(['', '10']);
    fireEvent.focus(field);
    expect(onDraft).toHaveBeenCalledWith('10');
  });
});

test('an emptied text is an empty text', () => {
  const { field, onText, onReset } = show(
    { kind: 'text', type: 'str', value: { text: 'x', type: 'str', value: 'x' } },
    { text: '', phase: 'editing' },
  );
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(onText).toHaveBeenCalledWith('');
  expect(onReset).not.toHaveBeenCalled();
});

test('a text that was cut is fetched before it is edited', () => {
  const { field, onNeedWhole } = show({
    kind: 'text',
    type: 'str',
    value: { text: 'long…', type: 'str', truncated: true },
  });
  expect(field.readOnly).toBe(true);
  fireEvent.focus(field);
  expect(onNeedWhole).toHaveBeenCalled();
});

test('a tick is shown at once', () => {
  const { field, onValue } = show({
    kind: 'boolean',
    type: 'bool',
    value: { text: 'False', type: 'bool', value: false },
  });
  fireEvent.click(field);
  expect(onValue).toHaveBeenCalledWith(true);
  expect(field.checked).toBe(true);
});

test('a choice sends its value, not its label', () => {
  const { field, onValue } = show({
    kind: 'number',
    type: 'int',
    value_options: { options: { One: 1, Two: 2 } },
  });
  fireEvent.change(field, { target: { value: '1' } });
  expect(onValue).toHaveBeenCalledWith(2);
});
