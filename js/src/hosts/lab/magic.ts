import type { JupyterFrontEnd } from '@jupyterlab/application';
import { type Kernel, type NotebookPanel, runNewCell } from './notebook';

const LOAD = '%load_ext funcnodes_jupyter';
const LOADS = /^\s*%(load_ext|reload_ext)\s+funcnodes_jupyter\b/m;
const IS_KNOWN = "'funcnodes' in get_ipython().magics_manager.magics['cell']";

/**
 * Sees to it that the kernel knows `%%funcnodes`. A notebook that nowhere loads it gets a cell that does, before
 * `index`: it is to run again after the kernel was restarted. Returns how many cells were added, null when it failed.
 */
export async function loadMagic(
  app: JupyterFrontEnd,
  panel: NotebookPanel,
  index: number,
): Promise<number | null> {
  const kernel = panel.sessionContext.session?.kernel;
  if (kernel && (await knowsMagic(kernel))) return 0;
  const isLoadedSomewhere = panel.content.widgets.some(
    ({ model }) => model.type === 'code' && LOADS.test(model.sharedModel.getSource()),
  );
  if (kernel && isLoadedSomewhere) {
    await kernel.requestExecute({ code: LOAD, silent: true, store_history: false }).done;
    return 0;
  }
  return (await runNewCell(app, panel, index, LOAD)) ? 1 : null;
}

async function knowsMagic(kernel: Kernel): Promise<boolean> {
  const { content } = await kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    user_expressions: { known: IS_KNOWN },
  }).done;
  return content.user_expressions?.known?.data?.['text/plain'] === 'True';
}
