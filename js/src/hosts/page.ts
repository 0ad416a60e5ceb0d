// The editor as a page of its own, for browsers without JupyterLab.
import type { ManagerClient, ManagerState } from '../client/manager';
import { addressOf, chooseWorker } from './choose';
import './page.css';
import { openWorkspace } from './workspace';

const PARAMETER = 'worker';
const LAST_WORKER = 'funcnodes:last-worker';

/** Shows the editor in `root`, on the worker that the address names, else on the likeliest one. */
export function openPage(root: HTMLElement, manager: ManagerClient): void {
  let shown: string | null = null;
  const show = (uuid: string | null, missing?: string): void => {
    shown = uuid;
    if (uuid) localStorage.setItem(LAST_WORKER, uuid);
    writeAddress(manager.store.getState(), uuid);
    workspace.show(uuid, missing);
    workspace.focus();
  };
  const workspace = openWorkspace(root, { compact: false, manager, onSelectWorker: uuid => show(uuid) });

  void firstList(manager).then(({ workers }) => {
    const asked = new URLSearchParams(location.search).get(PARAMETER);
    show(chooseWorker(workers, asked, localStorage.getItem(LAST_WORKER)), asked ?? undefined);
    // Renamed or deleted elsewhere; what to do about the latter the editor knows.
    manager.store.subscribe(state => writeAddress(state, shown));
  });
}

/** The list of workers, when it has come; a server that is just starting is waited for. */
function firstList(manager: ManagerClient): Promise<ManagerState> {
  return new Promise(resolve => {
    const unsubscribe = manager.store.subscribe(state => {
      if (state.connection !== 'open') return;
      unsubscribe();
      resolve(state);
    });
  });
}

/** Keeps the address and the title on what is shown, so that a reload and a copied link show the same. */
function writeAddress({ workers }: ManagerState, uuid: string | null): void {
  const url = new URL(location.href);
  // The login cookie is there by now; a token in the address ends up in histories and screenshots.
  url.searchParams.delete('token');
  const worker = workers.find(record => record.uuid === uuid);
  if (worker) url.searchParams.set(PARAMETER, addressOf(workers, worker));
  else url.searchParams.delete(PARAMETER);
  if (url.href !== location.href) history.replaceState(history.state, '', url);
  document.title = worker ? `${worker.name} – FuncNodes` : 'FuncNodes';
}

/** Base URL of the server, from what it wrote into the page. */
export function configuredBaseUrl(): string {
  const text = document.getElementById('funcnodes-config')?.textContent;
  const { baseUrl } = JSON.parse(text || '{}') as { baseUrl?: string };
  return new URL(baseUrl ?? '/', location.origin).href;
}
