import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NameField } from '../../src/hosts/lab/name-field';

const rename = vi.fn<(name: string) => Promise<unknown>>();
const done = vi.fn();

function field(): HTMLInputElement {
  return screen.getByRole('textbox');
}

function type(text: string): void {
  fireEvent.change(field(), { target: { value: text } });
}

beforeEach(() => {
  rename.mockReset().mockResolvedValue(undefined);
  done.mockReset();
  render(<NameField name="old" rename={rename} done={done} />);
});

afterEach(cleanup);

it('starts with the name, selected', () => {
  expect(document.activeElement).toBe(field());
  expect([field().selectionStart, field().selectionEnd]).toEqual([0, 3]);
});

it.each([
  ['Enter', () => fireEvent.keyDown(field(), { key: 'Enter' })],
  ['leaving', () => fireEvent.blur(field())],
])('%s commits', async (_name, leave) => {
  type(' new ');
  leave();
  await waitFor(() => expect(done).toHaveBeenCalledOnce());
  expect(rename).toHaveBeenCalledExactlyOnceWith('new');
});

it.each(['old', '  ', ' old '])('%j renames nothing', async text => {
  type(text);
  fireEvent.keyDown(field(), { key: 'Enter' });
  await waitFor(() => expect(done).toHaveBeenCalledOnce());
  expect(rename).not.toHaveBeenCalled();
});

it('Escape takes back', () => {
  type('new');
  fireEvent.keyDown(field(), { key: 'Escape' });
  fireEvent.blur(field());
  expect(done).toHaveBeenCalledOnce();
  expect(rename).not.toHaveBeenCalled();
});

it('stays open with the reason when the name is refused', async () => {
  rename.mockRejectedValueOnce(new Error('a worker of that name exists'));
  type('taken');
  fireEvent.keyDown(field(), { key: 'Enter' });
  await waitFor(() => expect(field().title).toBe('a worker of that name exists'));
  expect(done).not.toHaveBeenCalled();
  fireEvent.blur(field());
  expect(done).toHaveBeenCalledOnce();
});
