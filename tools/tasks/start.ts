// `npm start`: bundles the daemon when its bundle is missing or stale, then starts it in this terminal.
import { areBundlesFresh } from '../../packages/cli/src/bundles.ts';
import { bundle } from '../bundle.ts';
import { inRoot, run } from '../lib/run.ts';

if (!areBundlesFresh()) {
  process.stderr.write('castellan: bundling (once for each version; a few seconds)\n');
  await bundle();
}
const { code } = await run(process.execPath, [
  inRoot('packages', 'cli', 'bin', 'castellan.mjs'),
  'up',
  '--foreground',
  ...process.argv.slice(2),
]);
process.exitCode = code;
