import type { WorkerClient } from '../client/worker';
import type { EditorHost } from '../editor/host';
import { mount } from '../editor/mount';

/** The editor in an element, on one worker at a time. Owns the connections it makes. */
export interface Workspace {
  /** Shows another worker; null shows the screen on which one is made or picked. */
  show(uuid: string | null): void;
  dispose(): void;
}

export function openWorkspace(element: HTMLElement, host: EditorHost): Workspace {
  let close = (): void => {};
  let shown: string | null | undefined;
  return {
    show(uuid) {
      if (uuid === shown) return;
      shown = uuid;
      close();
      const client: WorkerClient | null = uuid === null ? null : host.manager.connectWorker(uuid);
      const unmount = mount(element, client, uuid === null ? host : { ...host, worker: uuid });
      close = () => {
        unmount();
        client?.dispose();
      };
    },
    dispose() {
      close();
      close = () => {};
    },
  };
}
