// Builds funcnodes_jupyter/labextension with @jupyter/builder, run by plain node: no jlpm and no Python is needed.
// Arguments go to the builder, such as --development or --watch.
const { spawnSync } = require('node:child_process');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const core = require.resolve('@jupyterlab/core-meta/core.package.json');
const builder = require.resolve('@jupyter/builder/lib/build-labextension.js');
const args = [builder, '--core-package-file', core, ...process.argv.slice(2), root];
const run = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
process.exit(run.status ?? 1);
