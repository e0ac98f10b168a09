// `npm test`: everything that needs no real client, no network and no privileges. Arguments go to Vitest.
import { bundleStale } from '../bundle.ts';
import { inRoot } from '../lib/run.ts';
import { runSuite } from '../lib/suite.ts';

// What people run is what is tried, and hundreds of starts are a third as long.
await bundleStale();
process.exitCode = await runSuite({
  name: 'test',
  folder: '.',
  args: process.argv.slice(2),
  env: { CASTELLAN_TEST_DAEMON: inRoot('packages', 'daemon', 'dist', 'main.js') },
});
