// Builds what browsers load outside of JupyterLab into funcnodes_jupyter/static:
// the widget's bundle and the page's, and those that exported pages carry (the viewer of a graph, and the setting of
// formulas), named by their content; manifest.json, which says those names; and loader.js, the few kB that the widget
// carries.   --watch builds again on every change.
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const OUT = resolve(ROOT, '../funcnodes_jupyter/static');
const MANIFEST = 'manifest.json';
const LOADER = 'loader.js';
const FILES = [
  ['widget', 'js'],
  ['widget', 'css'],
  ['page', 'js'],
  ['page', 'css'],
  ['viewer', 'js'],
  ['viewer', 'css'],
  ['math', 'js'],
];
const watches = process.argv.includes('--watch');

const common = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: !watches,
  define: { 'process.env.NODE_ENV': watches ? '"development"' : '"production"' },
  legalComments: 'none',
  logLevel: 'warning',
};

/** What each of the two builds below wrote last. */
const written = new Map();

/**
 * Writes the manifest once both are there, and only then removes what it no longer names: a page that opens meanwhile is
 * served.
 */
const writeManifest = {
  name: 'manifest',
  setup(build) {
    build.onEnd(async ({ metafile, errors }) => {
      if (errors.length > 0) return;
      written.set(
        build.initialOptions.format,
        Object.keys(metafile.outputs).map(path => basename(path)),
      );
      if (written.size < 2) return;
      const names = [...written.values()].flat();
      const manifest = Object.fromEntries(
        FILES.map(([entry, extension]) => [
          extension === 'css' ? `${entry}_css` : entry,
          find(names, entry, extension),
        ]),
      );
      const draft = resolve(OUT, `${MANIFEST}.new`);
      await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`);
      await rename(draft, resolve(OUT, MANIFEST));
      const kept = new Set([...names, MANIFEST, LOADER]);
      const stale = (await readdir(OUT)).filter(name => !kept.has(name));
      await Promise.all(stale.map(name => rm(resolve(OUT, name), { recursive: true })));
    });
  },
};

function find(names, entry, extension) {
  const found = names.find(name => name.startsWith(`${entry}-`) && name.endsWith(`.${extension}`));
  if (!found) throw new Error(`The build made no ${entry}-*.${extension}.`);
  return found;
}

const bundles = {
  ...common,
  entryPoints: { widget: 'src/hosts/widget.ts', page: 'src/hosts/page-main.ts' },
  entryNames: '[name]-[hash]',
  outdir: OUT,
  metafile: true,
  plugins: [writeManifest],
};
/** For pages that stand alone: scripts that are written into them, which can import nothing. */
const inlined = {
  ...bundles,
  entryPoints: { viewer: 'src/hosts/viewer-main.ts', math: 'src/hosts/math-main.ts' },
  format: 'iife',
};
const loader = {
  ...common,
  minify: true,
  entryPoints: ['src/hosts/widget-loader.ts'],
  outfile: resolve(OUT, LOADER),
};

await mkdir(OUT, { recursive: true });
if (watches) {
  const contexts = await Promise.all([bundles, inlined, loader].map(options => esbuild.context(options)));
  await Promise.all(contexts.map(context => context.watch()));
  console.log('watching js/src …');
} else {
  await esbuild.build(loader);
  await esbuild.build(inlined);
  await esbuild.build(bundles);
}
