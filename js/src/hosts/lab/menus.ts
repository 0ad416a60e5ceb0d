import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { VERB_SECTIONS } from '../../workers/verbs';
import { commandOf, ROW_ATTRIBUTE } from './commands';

/** Before JupyterLab's own entries, which count from 0 up. */
const FIRST_RANK = -100;

/** Puts all verbs into the context menu of a worker's row; those that do not fit hide themselves. */
export function addContextMenu(app: JupyterFrontEnd): void {
  const selector = `[${ROW_ATTRIBUTE}]`;
  let rank = FIRST_RANK;
  for (const verbs of VERB_SECTIONS) {
    for (const verb of verbs) app.contextMenu.addItem({ command: commandOf(verb), selector, rank: rank++ });
    app.contextMenu.addItem({ type: 'separator', selector, rank: rank++ });
  }
}

/** Opens the same menu for a worker below a button. */
export function openWorkerMenu(commands: CommandRegistry, uuid: string, button: HTMLElement): void {
  const menu = new MenuSvg({ commands });
  for (const verbs of VERB_SECTIONS) {
    for (const verb of verbs) menu.addItem({ command: commandOf(verb), args: { uuid } });
    menu.addItem({ type: 'separator' });
  }
  const { right, bottom } = button.getBoundingClientRect();
  menu.open(right, bottom, { horizontalAlignment: 'right' });
  menu.aboutToClose.connect(() => {
    // What was chosen is done after the menu has closed, and may put the focus elsewhere.
    button.focus();
    queueMicrotask(() => menu.dispose());
  });
}
