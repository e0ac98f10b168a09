// `npm run test:long`: what `npm test` leaves out because people wait for that. Arguments go to Vitest.
import { bundleStale } from '../bundle.ts';
import { inRoot } from '../lib/run.ts';
import { runSuite } from '../lib/suite.ts';

await bundleStale();
process.exitCode = await runSuite({
  name: 'long',
  folder: 'test/long',
  args: process.argv.slice(2),
  env: { CASTELLAN_TEST_DAEMON: inRoot('packages', 'daemon', 'dist', 'main.js') },
});
