import type { NotebookPanel } from './notebook';

const LOAD = '%load_ext funcnodes_jupyter';
const LOADS = /^\s*%(load_ext|reload_ext)\s+funcnodes_jupyter\b/m;

/** Makes `%%funcnodes` known to the kernel of a notebook. Rejects when it cannot be. */
export async function loadMagic({ sessionContext }: NotebookPanel): Promise<void> {
  const kernel = sessionContext.session?.kernel;
  if (!kernel) throw new Error('The notebook has no kernel: choose one, and try again.');
  const { content } = await kernel.requestExecute({ code: LOAD, silent: true, store_history: false }).done;
  if (content.status === 'error')
    throw new Error(`funcnodes_jupyter cannot be loaded in the notebook's kernel: ${content.evalue}`);
}

/**
 * Puts what loads it before the first cell of code, unless some cell does so: the notebook is to run again after its
 * kernel was restarted.
 */
export function writeLoading({ content, context }: NotebookPanel): void {
  const isCode = content.widgets.map(({ model }) => model.type === 'code');
  const sources = content.widgets.map(({ model }) => model.sharedModel.getSource());
  if (sources.some((source, index) => isCode[index] && LOADS.test(source))) return;
  context.model.sharedModel.insertCell(isCode.indexOf(true), {
    cell_type: 'code',
    source: LOAD,
    metadata: { trusted: true },
  });
}
