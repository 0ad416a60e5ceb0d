import type { ManagerClient } from '../client/manager';
import type { EditorHost } from '../editor/host';
import { heightGrip } from './grip';
import { openWorkspace } from './workspace';
import './widget.css';

/** Where the height of a cell's editor is kept, in pixels. */
export interface KeptHeight {
  get(): number;
  set(height: number): void;
}

/** What the place of a cell offers beside the editor itself. */
export type CellHost = Pick<EditorHost, 'exportToCell' | 'openBeside'>;

/** An editor in the output of a cell, with the grip of its height below it. */
export interface CellEditor {
  show(uuid: string | null): void;
  /** Shows the kept height again, when it was changed elsewhere. */
  refreshHeight(): void;
  dispose(): void;
}

/** Puts an editor into `el`, which it empties at its end. */
export function openCellEditor(
  el: HTMLElement,
  manager: ManagerClient,
  height: KeptHeight,
  place: CellHost,
): CellEditor {
  const canvas = document.createElement('div');
  canvas.className = 'fn-cell-canvas';
  el.classList.add('fn-cell');
  const workspace = openWorkspace(canvas, {
    compact: true,
    manager,
    // Another worker is shown in this cell only: the notebook goes on meaning the one it names.
    onSelectWorker: uuid => {
      workspace.show(uuid);
      workspace.focus();
    },
    ...place,
  });
  const grip = heightGrip({
    ...height,
    show: pixels => {
      canvas.style.height = `${pixels}px`;
    },
  });
  el.replaceChildren(canvas, grip.element);
  return {
    show: uuid => workspace.show(uuid),
    refreshHeight: grip.refresh,
    dispose() {
      workspace.dispose();
      el.classList.remove('fn-cell');
      el.replaceChildren();
    },
  };
}
