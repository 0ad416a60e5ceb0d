import { createManagerClient } from '../client/manager';
import type { EditorHost } from '../editor/host';
import type { Cell } from './cell';
import { heightGrip } from './grip';
import { hasLab, insertCell, openBeside } from './lab-link';
import './widget.css';
import { openWorkspace } from './workspace';

/** Shows the editor in a notebook's output. Called by the loader; returns the end of it. */
export function renderInCell({ model, el, baseUrl }: Cell): () => void {
  const manager = createManagerClient({ baseUrl });
  const canvas = document.createElement('div');
  canvas.className = 'fn-cell-canvas';
  el.classList.add('fn-cell');

  const host: EditorHost = {
    compact: true,
    manager,
    // Another worker is shown in this cell only: the notebook goes on meaning the one it names.
    onSelectWorker: uuid => workspace.show(uuid),
    ...(hasLab() && {
      exportToCell: text => insertCell(el, text),
      openBeside: uuid => {
        const worker = manager.store.getState().workers.find(record => record.uuid === uuid);
        openBeside(el, { uuid, name: worker?.name ?? '' });
      },
    }),
  };
  const workspace = openWorkspace(canvas, host);
  const grip = heightGrip({
    get: () => model.get('height'),
    set: height => {
      model.set('height', height);
      model.save_changes();
    },
    show: height => {
      canvas.style.height = `${height}px`;
    },
  });
  const showHeight = (): void => grip.refresh();
  const showWorker = (): void => workspace.show(model.get('worker_id') || null);

  el.replaceChildren(canvas, grip.element);
  showWorker();
  model.on('change:height', showHeight);
  model.on('change:worker_id', showWorker);
  return () => {
    model.off('change:height', showHeight);
    model.off('change:worker_id', showWorker);
    workspace.dispose();
    manager.dispose();
    el.replaceChildren();
  };
}
