// Where the repository is, and the environment a child of a test starts from: nothing of the person who runs the tests.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entryOf } from '../../../packages/cli/src/bundles.ts';

export const ROOT = join(import.meta.dirname, '..', '..', '..');
export const inRoot = (...parts: readonly string[]): string => join(ROOT, ...parts);

/**
 * The daemon to start: the bundle that the suite has just made, as `npm start` runs it. Where one file is tried by hand, the bundle
 * while it is fresh, as for the command, and the sources otherwise: never yesterday's program.
 */
export const daemonEntry = (): string => process.env.CASTELLAN_TEST_DAEMON ?? entryOf('daemon');

/** An environment of our own, so that no variable of the machine decides a test. `node` is the Node that runs the tests. */
export function bareEnvironment(home: string): Readonly<Record<string, string>> {
  return {
    HOME: home,
    PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'].join(':'),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    NO_COLOR: '1',
  };
}

/** Evaluation data beside the checkout. null, and a line that says so, where it is not there: a plain clone still passes. */
export function evals(path: string): string | null {
  const file = join(process.env.CASTELLAN_EVALS ?? inRoot('..', 'shared', 'evals'), path);
  if (existsSync(file)) return file;
  process.stdout.write(`skipped: evals not present (${path})\n`);
  return null;
}
