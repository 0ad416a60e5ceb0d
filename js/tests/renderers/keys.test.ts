import { expect, test } from 'vitest';
import { keyText } from '../../src/renderers/keys';

test.each([
  ['Mod+z', 'Ctrl+Z', '⌘Z'],
  ['Mod+Shift+z', 'Ctrl+Shift+Z', '⇧⌘Z'],
  ['Shift+Enter', 'Shift+Enter', '⇧↩'],
  ['Delete', 'Del', '⌫'],
  ['d', 'D', 'D'],
])('%s is written %s, or %s', (key, elsewhere, onApple) => {
  expect(keyText(key, false)).toBe(elsewhere);
  expect(keyText(key, true)).toBe(onApple);
});
