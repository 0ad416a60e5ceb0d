import { describe, expect, test } from 'vitest';
import { isNarrow } from '../../src/editor/shell/useNarrow';
import { createUiStore, showPanel } from '../../src/editor/state/ui';

describe('side panels', () => {
  test('an editor is narrow by its own width, and always in a cell', () => {
    expect(isNarrow(550, false)).toBe(true);
    expect(isNarrow(1440, false)).toBe(false);
    expect(isNarrow(1440, true)).toBe(true);
    expect(isNarrow(0, false)).toBe(false);
  });

  test('stand side by side where there is room', () => {
    const ui = createUiStore(false);
    showPanel(ui, 'inspectorOpen', false);
    showPanel(ui, 'inspectorOpen', true);
    expect(ui.getState()).toMatchObject({ libraryOpen: true, inspectorOpen: true });
  });

  test('slide over one at a time where there is none', () => {
    const ui = createUiStore(true);
    expect(ui.getState()).toMatchObject({ libraryOpen: false, inspectorOpen: false });
    showPanel(ui, 'libraryOpen', true);
    showPanel(ui, 'inspectorOpen', true);
    expect(ui.getState()).toMatchObject({ libraryOpen: false, inspectorOpen: true });
  });
});
