// `npm run test:web`: the pages, in the real Chromium of this machine against the real daemon. Without Chromium every
// scenario is skipped, and this says so.
import { bundleStale } from '../bundle.ts';
import { inRoot } from '../lib/run.ts';
import { runSuite } from '../lib/suite.ts';

await bundleStale();
process.exitCode = await runSuite({
  name: 'web',
  folder: 'test/web',
  args: process.argv.slice(2),
  env: { CASTELLAN_TEST_DAEMON: inRoot('packages', 'daemon', 'dist', 'main.js') },
});
