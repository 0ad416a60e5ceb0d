// Builds what browsers load outside of JupyterLab into funcnodes_jupyter/static:
// the widget's bundle and the page's, named by their content; manifest.json, which says those names;
// and loader.js, the few kB that the widget carries.   --watch builds again on every change.
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const OUT = resolve(ROOT, '../funcnodes_jupyter/static');
const MANIFEST = 'manifest.json';
const LOADER = 'loader.js';
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

/** Writes the manifest last, and only then removes what it no longer names: a page that opens meanwhile is served. */
const writeManifest = {
  name: 'manifest',
  setup(build) {
    build.onEnd(async ({ metafile, errors }) => {
      if (errors.length > 0) return;
      const names = Object.keys(metafile.outputs).map(path => basename(path));
      const manifest = Object.fromEntries(
        ['widget', 'page'].flatMap(entry => [
          [entry, find(names, entry, 'js')],
          [`${entry}_css`, find(names, entry, 'css')],
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
const loader = {
  ...common,
  minify: true,
  entryPoints: ['src/hosts/widget-loader.ts'],
  outfile: resolve(OUT, LOADER),
};

await mkdir(OUT, { recursive: true });
if (watches) {
  const contexts = await Promise.all([bundles, loader].map(options => esbuild.context(options)));
  await Promise.all(contexts.map(context => context.watch()));
  console.log('watching js/src …');
} else {
  await esbuild.build(loader);
  await esbuild.build(bundles);
}
