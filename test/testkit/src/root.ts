// Where the repository is, and the environment a child of a test starts from: nothing of the person who runs the tests.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..', '..');
export const inRoot = (...parts: readonly string[]): string => join(ROOT, ...parts);

/** The daemon to start: the bundle that `npm test` has just made, as `npm start` runs it; the sources where one file is tried. */
export const daemonEntry = (): string =>
  process.env.CASTELLAN_TEST_DAEMON ?? inRoot('packages', 'daemon', 'src', 'main.ts');

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
