/** A cell of a notebook: its kind and its text. */
export interface SourceCell {
  readonly type: string;
  readonly source: string;
}

/**
 * The text of a cell that makes a graph of others: each cell of code is a part, and so a node. A heading above it is
 * the part's title, other text is a comment. Null when there is no code.
 */
export function percentCell(name: string, cells: readonly SourceCell[]): string | null {
  const parts: string[] = [];
  let title = '';
  let remarks: string[] = [];
  for (const { type, source } of cells) {
    const text = source.trim();
    if (type === 'markdown') {
      const heading = /^#{1,6}\s+(.*?)[\s#]*(?:\n|$)/.exec(text);
      if (heading) title = plain(heading[1] ?? '');
      remarks.push(...comments(heading ? text.slice(heading[0].length) : text));
    } else if (type === 'code' && text) {
      const lines = [...remarks, source.trimEnd()];
      // A cell of a script that was cut into cells may have its own line.
      parts.push((/^#\s*%%/.test(text) ? lines : [`# %% ${title}`.trimEnd(), ...lines]).join('\n'));
      title = '';
      remarks = [];
    }
  }
  return parts.length > 0 ? `%%funcnodes ${name}\n${parts.join('\n\n')}` : null;
}

/** A name for the graph of a notebook that no worker has yet. */
export function graphName(path: string, taken: ReadonlySet<string>): string {
  const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.ipynb$/, '');
  const name = file.replace(/[^\p{L}\p{N}_. -]+/gu, '-').replace(/^[-. ]+|[-. ]+$/g, '') || 'graph';
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  return free;
}

function comments(markdown: string): string[] {
  const lines = markdown.trim() ? markdown.trim().split('\n') : [];
  // `# %%` would begin another part.
  return lines.map(line => `# ${line.replace(/^\s*%+/, '')}`.trimEnd());
}

function plain(heading: string): string {
  return heading.replace(/[*_`]+/g, '').trim();
}
