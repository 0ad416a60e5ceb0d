import { createManagerClient } from '../client/manager';
import type { Cell } from './cell';
import { openCellEditor } from './cell-editor';
import { hasLab, insertCell, openBeside } from './lab-link';

/** Shows the editor in a notebook's output. Called by the loader; returns the end of it. */
export function renderInCell({ model, el, baseUrl }: Cell): () => void {
  const manager = createManagerClient({ baseUrl });
  const nameOf = (uuid: string): string =>
    manager.store.getState().workers.find(record => record.uuid === uuid)?.name ?? '';
  const height = {
    get: () => model.get('height'),
    set: (pixels: number) => {
      model.set('height', pixels);
      model.save_changes();
    },
  };
  const editor = openCellEditor(el, manager, height, {
    ...(hasLab() && {
      exportToCell: text => insertCell(el, text),
      openBeside: uuid => openBeside(el, { uuid, name: nameOf(uuid) }),
    }),
  });
  const showHeight = (): void => editor.refreshHeight();
  const showWorker = (): void => editor.show(model.get('worker_id') || null);

  showWorker();
  model.on('change:height', showHeight);
  model.on('change:worker_id', showWorker);
  return () => {
    model.off('change:height', showHeight);
    model.off('change:worker_id', showWorker);
    editor.dispose();
    manager.dispose();
  };
}
