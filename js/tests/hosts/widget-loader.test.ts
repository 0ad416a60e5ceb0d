import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import loader from '../../src/hosts/widget-loader';

type Render = NonNullable<Exclude<typeof loader, (...args: never) => unknown>['render']>;

const fetchMock = vi.fn<typeof fetch>();
let el: HTMLElement;

beforeEach(() => {
  vi.stubGlobal('fetch', fetchMock);
  document.body.innerHTML = '';
  el = document.body.appendChild(document.createElement('div'));
});

afterEach(() => {
  vi.unstubAllGlobals();
  fetchMock.mockReset();
});

async function render(basePath = '/user/x/'): Promise<void> {
  const { render } = loader as { render: Render };
  const model = { get: () => basePath } as unknown as Parameters<Render>[0]['model'];
  await render({ model, el, signal: new AbortController().signal } as Parameters<Render>[0]);
}

it('asks the server of the page, below the base path of the kernel', async () => {
  fetchMock.mockResolvedValueOnce(new Response('', { status: 404 }));
  await render();
  expect(fetchMock).toHaveBeenCalledWith(
    `${location.origin}/user/x/funcnodes/static/manifest.json`,
    expect.objectContaining({ credentials: 'same-origin' }),
  );
});

it('believes the page rather than the kernel', async () => {
  document.body.insertAdjacentHTML(
    'beforeend',
    '<script id="jupyter-config-data" type="application/json">{"baseUrl": "/user/y"}</script>',
  );
  fetchMock.mockResolvedValueOnce(new Response('', { status: 404 }));
  await render();
  expect(fetchMock.mock.lastCall?.[0]).toBe(`${location.origin}/user/y/funcnodes/static/manifest.json`);
});

it.each([
  [404, 'does not have the FuncNodes extension', 'pip install funcnodes_jupyter'],
  [403, 'did not let this page in', 'Sign in'],
  [500, 'answered 500', 'log'],
])('%i says what to do', async (status, message, remedy) => {
  fetchMock.mockResolvedValueOnce(new Response('', { status }));
  await render();
  expect(el.querySelector('[role=alert] strong')?.textContent).toContain(message);
  expect(el.querySelector('[role=alert] div')?.textContent).toContain(remedy);
});

it('says so when nobody answers', async () => {
  fetchMock.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  await render();
  expect(el.textContent).toContain('does not answer');
});
