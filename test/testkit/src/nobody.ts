// A program of a test as a user who is not root: root is stopped by no mode of a folder, and most people are not root.
import { chmodSync, chownSync } from 'node:fs';
import { type ProcessResult, runProcess } from './run-process.ts';
import { tempFolder } from './temp-folder.ts';

const NOBODY = 65_534;

/**
 * Runs a module that is given as text; where the suite is root it becomes nobody for this.
 * @param make makes what it finds in its folder, as whoever runs the suite. The folder is its HOME and its TMPDIR.
 */
export function asNobody(program: string, make: (folder: string) => void = () => undefined): Promise<ProcessResult> {
  const folder = tempFolder('nobody-');
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    chmodSync(folder, 0o700);
    chownSync(folder, NOBODY, NOBODY);
  }
  make(folder);
  const as = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--inh-caps=-all'] : [];
  const [file = '', ...args] = [...as, process.execPath, '--no-warnings', '--input-type=module', '-e', program];
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', TMPDIR: folder, HOME: folder };
  return runProcess(file, args, { env, cwd: folder });
}
