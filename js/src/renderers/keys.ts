const NAMES: Readonly<Record<string, string>> = { Delete: 'Del' };
const APPLE: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Enter: '↩', Delete: '⌫' };

/** How a key is written on this machine: `Mod+Shift+z` is `Ctrl+Shift+Z`, on a Mac `⇧⌘Z`. */
export function keyText(key: string, isApple: boolean = onApple()): string {
  const parts = key.split('+');
  if (!isApple)
    return parts.map(part => (part === 'Mod' ? 'Ctrl' : (NAMES[part] ?? capital(part)))).join('+');
  const order = ['Shift', 'Mod'];
  const sorted = [
    ...order.filter(part => parts.includes(part)),
    ...parts.filter(part => !order.includes(part)),
  ];
  return sorted.map(part => APPLE[part] ?? capital(part)).join('');
}

function capital(part: string): string {
  return part.length === 1 ? part.toUpperCase() : part;
}

function onApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
