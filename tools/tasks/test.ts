// `npm test`: everything that needs no real client, no network and no privileges. Arguments go to Vitest.
import { runSuite } from '../lib/suite.ts';

process.exitCode = await runSuite({ name: 'test', folder: '.', args: process.argv.slice(2) });
