// `npm run test:fresh`: clones this repository into an empty folder with an empty HOME and follows README. Needs a package
// registry, which is why it is a suite of its own.
import { runSuite } from '../lib/suite.ts';

process.exitCode = await runSuite({ name: 'fresh', folder: 'test/fresh', args: process.argv.slice(2) });
