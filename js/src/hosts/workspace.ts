import type { WorkerClient } from '../client/worker';
import type { EditorHost } from '../editor/host';
import { mount } from '../editor/mount';

/** The editor in an element, on one worker at a time. Owns the connections it makes. */
export interface Workspace {
  /** Shows another worker; null the screen on which one is made or picked, and which says what is `missing`. */
  show(uuid: string | null, missing?: string): void;
  /** Gives the keys to the editor, unless somebody has them. */
  focus(): void;
  dispose(): void;
}

export function openWorkspace(element: HTMLElement, host: EditorHost): Workspace {
  let close = (): void => {};
  let shown: string | null | undefined;
  return {
    show(uuid, missing) {
      if (uuid === shown) return;
      shown = uuid;
      close();
      const client: WorkerClient | null = uuid === null ? null : host.manager.connectWorker(uuid);
      const unmount = mount(
        element,
        client,
        uuid === null ? { ...host, missing } : { ...host, worker: uuid },
      );
      close = () => {
        unmount();
        client?.dispose();
      };
    },
    focus() {
      if (document.activeElement && document.activeElement !== document.body) return;
      element.querySelector<HTMLElement>('.fn-editor')?.focus({ preventScroll: true });
    },
    dispose() {
      close();
      close = () => {};
    },
  };
}
