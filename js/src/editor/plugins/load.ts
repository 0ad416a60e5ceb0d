import type { PluginApi } from '../../renderers/plugins/api';

/** Runs an ES module, but only the one with this SHA-256; throws what is wrong, in words. */
export async function runChecked(code: Blob, sha256: string, api: PluginApi): Promise<void> {
  const bytes = await code.arrayBuffer();
  if ((await digestOf(bytes)) !== sha256) {
    throw new Error('This is not the code that was allowed, so it was not run.');
  }
  const url = URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }));
  try {
    const module = (await import(/* webpackIgnore: true */ /* @vite-ignore */ url)) as { default?: unknown };
    if (typeof module.default !== 'function') throw new Error('It exports no function as its default.');
    await module.default(api);
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function digestOf(bytes: ArrayBuffer): Promise<string> {
  if (!crypto.subtle) {
    throw new Error('A browser can check the code of a pack only over https, or on this very machine.');
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map(byte => byte.toString(16).padStart(2, '0')).join('');
}
