// Sets the formulas of an exported page as MathML, which browsers draw themselves: no fonts, nothing fetched.
import temml from 'temml';

const OPTIONS = {
  throwOnError: false,
  // no addresses, no classes of others
  trust: false,
  delimiters: [
    { left: '$$', right: '$$', display: true },
    { left: '\\[', right: '\\]', display: true },
    { left: '\\(', right: '\\)', display: false },
    { left: '$', right: '$', display: false },
    ...['equation', 'equation*', 'align', 'align*', 'gather', 'gather*', 'alignat', 'alignat*', 'CD'].map(
      name => ({ left: `\\begin{${name}}`, right: `\\end{${name}}`, display: true }),
    ),
  ],
};

// its own part that looks for formulas asks for the rest by this name
Object.assign(globalThis, { temml });
for (const element of document.querySelectorAll('.jp-RenderedMarkdown, .jp-RenderedLatex')) {
  try {
    temml.renderMathInElement(element, OPTIONS);
  } catch (error) {
    // what it cannot read at all stays as it is written, and the others are set all the same
    console.warn('FuncNodes: a formula cannot be set.', error);
  }
}
