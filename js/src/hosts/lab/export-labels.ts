import type { JupyterFrontEnd } from '@jupyterlab/application';

/** What the exporters of this package are called in menus, by their names for nbconvert. */
const LABELS: Readonly<Record<string, string>> = {
  funcnodes: 'FuncNodes Archive (.fnw)',
  funcnodes_html: 'FuncNodes Page (offline HTML)',
  funcnodes_script: 'FuncNodes Script (Python)',
};

/**
 * Has menus and the command palette call our exporters by their labels. No exporter can bring one of its own: the server
 * tells their names alone, and JupyterLab shows these, so that here a format goes by its label until it is asked for.
 */
export function labelExports({ serviceManager: { nbconvert } }: JupyterFrontEnd): void {
  const exportAs = nbconvert.exportAs?.bind(nbconvert);
  const getExportFormats = nbconvert.getExportFormats.bind(nbconvert);
  // The first versions that this extension runs in ask the server past this object.
  if (!exportAs) return;
  nbconvert.getExportFormats = async force => labelled(await getExportFormats(force));
  nbconvert.exportAs = options => exportAs({ ...options, format: formatOf(options.format) });
}

function labelled<T>(formats: { readonly [name: string]: T }): { [label: string]: T } {
  return Object.fromEntries(Object.entries(formats).map(([name, about]) => [LABELS[name] ?? name, about]));
}

function formatOf(shown: string): string {
  return Object.keys(LABELS).find(name => LABELS[name] === shown) ?? shown;
}
