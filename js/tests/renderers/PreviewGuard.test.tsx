// @vitest-environment jsdom
import { render } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Preview } from '../../src/protocol/types.gen';
import { TABLE_MIME } from '../../src/renderers/previews/chooseMime';
import { PreviewView } from '../../src/renderers/previews/PreviewView';

afterEach(() => vi.restoreAllMocks());

function preview(data: Record<string, unknown>): Preview {
  return { type: 'preview', node: 'n', io: 'out', data, stale: false } as Preview;
}

/** What a view shows of these, one after the other. React tells of what fails, which is what is meant here. */
function shown(...previews: readonly Preview[]): string[] {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  window.addEventListener('error', event => event.preventDefault());
  const view = render(<p />);
  return previews.map(one => {
    view.rerender(<PreviewView preview={one} width={200} height={100} alt="" />);
    return view.container.textContent ?? '';
  });
}

test('what cannot be drawn is shown as its text, and the next value is drawn', () => {
  const junk = {
    columns: [{ name: { a: 1 } }],
    rows: [[{ a: 1 }]],
    offset: 0,
    total_rows: 1,
    total_columns: 1,
  };
  const wrong = preview({ [TABLE_MIME]: junk, 'text/plain': 'a text' });
  expect(shown(wrong, preview({ 'text/plain': 'better' }), wrong)).toEqual(['a text', 'better', 'a text']);
});

test('without a text it says so', () => {
  expect(shown(preview({ [TABLE_MIME]: 'no table' }))).toEqual(['This value cannot be drawn.']);
});
