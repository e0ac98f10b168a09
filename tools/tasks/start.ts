// `npm start`: bundles the daemon when its bundle is missing or stale, then starts it in this terminal.
import { areBundlesFresh } from '../../packages/cli/src/bundles.ts';
import { bundleStale } from '../bundle.ts';
import { inRoot, run } from '../lib/run.ts';

if (!areBundlesFresh()) {
  process.stderr.write('castellan: bundling (once for each version; a few seconds)\n');
  await bundleStale();
}
const { code } = await run(process.execPath, [
  inRoot('packages', 'cli', 'bin', 'castellan.mjs'),
  'up',
  '--foreground',
  ...process.argv.slice(2),
]);
process.exitCode = code;
