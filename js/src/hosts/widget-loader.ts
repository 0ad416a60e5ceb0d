// The widget's `_esm`. It travels with every model and into saved notebooks, so it is small and knows nothing of the
// editor: it asks the Jupyter server that this page came from for the editor's bundle, which the browser then caches.
import type { AnyWidget } from '@anywidget/types';
import type { Cell, CellBundle, CellTraits } from './cell';

interface Manifest {
  readonly widget: string;
  readonly widget_css: string;
}

/** Why the editor cannot be shown, and what to do. */
class Obstacle extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

const widget: AnyWidget<CellTraits> = {
  async render({ model, el, signal }) {
    try {
      const baseUrl = findServer(model.get('base_path'));
      const bundle = await loadBundle(baseUrl);
      if (signal?.aborted) return;
      return bundle.renderInCell({ model, el, baseUrl } satisfies Cell);
    } catch (error) {
      explain(el, error);
      return;
    }
  },
};

export default widget;

/** The page knows its server better than the kernel does: a saved notebook may be open on another one. */
function findServer(basePath: string): string {
  if (!location.protocol.startsWith('http')) {
    throw new Obstacle(
      'The FuncNodes editor needs a running Jupyter server.',
      'Open the notebook in JupyterLab to use it.',
    );
  }
  const config = document.getElementById('jupyter-config-data')?.textContent;
  const pagePath = config ? (JSON.parse(config) as { baseUrl?: string }).baseUrl : undefined;
  const url = new URL(pagePath ?? basePath ?? '/', location.origin).href;
  return url.endsWith('/') ? url : `${url}/`;
}

async function loadBundle(baseUrl: string): Promise<CellBundle> {
  const folder = `${baseUrl}funcnodes/static/`;
  const manifest = await readManifest(`${folder}manifest.json`);
  const [bundle] = await Promise.all([
    import(/* @vite-ignore */ folder + manifest.widget) as Promise<CellBundle>,
    addStyles(folder + manifest.widget_css),
  ]);
  return bundle;
}

async function readManifest(url: string): Promise<Manifest> {
  const response = await fetch(url, {
    credentials: 'same-origin',
    cache: 'no-cache',
    redirect: 'manual',
  }).catch(() => {
    throw new Obstacle('The Jupyter server does not answer.', 'Start it again, then reload this page.');
  });
  if (response.ok) return response.json();
  if (response.status === 404) {
    throw new Obstacle(
      'This Jupyter server does not have the FuncNodes extension.',
      'Install it where the server runs (pip install funcnodes_jupyter), then restart the server and reload this page.',
    );
  }
  if (response.status === 403 || response.type === 'opaqueredirect') {
    throw new Obstacle(
      'The Jupyter server did not let this page in.',
      'Sign in to the server again, then reload this page.',
    );
  }
  throw new Obstacle(
    `The Jupyter server answered ${response.status} ${response.statusText}.`,
    'Its log says more.',
  );
}

function addStyles(href: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (document.querySelector(`link[href="${href}"]`)) return resolve();
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
    link.onload = () => resolve();
    link.onerror = () => reject(new Error(`${href} could not be loaded`));
    document.head.append(link);
  });
}

function explain(el: HTMLElement, error: unknown): void {
  const known = error instanceof Obstacle;
  if (!known) console.error(error);
  const box = document.createElement('div');
  box.setAttribute('role', 'alert');
  box.dataset.testid = 'fn-obstacle';
  box.style.cssText =
    'padding:12px 16px;border:1px solid var(--jp-border-color1,#bdbdbd);font-size:13px;line-height:20px';
  const headline = document.createElement('strong');
  headline.textContent = known ? error.message : `The FuncNodes editor could not be loaded: ${error}`;
  const remedy = document.createElement('div');
  remedy.textContent = known ? error.remedy : 'Reload the page; the browser’s console says more.';
  box.append(headline, remedy);
  el.replaceChildren(box);
}
