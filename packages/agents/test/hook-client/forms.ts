// The forms of the hook client that this machine can run, each started as a connection starts it.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { arch, platform } from 'node:process';
import { binFolder } from '../../src/bin-folder.ts';
import { candidates, nodeCandidate } from '../../src/hook-client/candidates.ts';

export interface Form {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** A file of C: nothing is loaded into it. */
  readonly sealed: boolean;
}

const found = (program: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));

const form = (name: string, file: string, args: readonly string[], sealed = false): Form => ({
  name,
  file,
  args,
  sealed,
});
const say = (text: string): void => void process.stderr.write(`SKIPPED: ${text}\n`);

function forms(): readonly Form[] {
  const [native, shell] = candidates(process.execPath).map(({ command }) => command);
  const node = nodeCandidate(process.execPath).command;
  const list: Form[] = [];
  if (native !== undefined && platform === 'linux' && (arch === 'x64' || arch === 'arm64'))
    list.push(form('native', native.file, native.args, true));
  else say('the native hook client: there is none for this machine');
  const qemu = found('qemu-aarch64-static');
  if (qemu !== undefined && arch === 'x64')
    list.push(form('native arm64', qemu, [join(binFolder(), 'castellan-hook-linux-arm64')], true));
  else say('the native hook client for arm64: no qemu-aarch64-static (qemu-user-static)');
  if (shell !== undefined && found('curl') !== undefined) {
    list.push(form('shell', shell.file, shell.args));
    const bash = found('bash');
    if (bash !== undefined) list.push(form('shell (bash)', bash, ['--posix', ...shell.args]));
    const busybox = found('busybox');
    if (busybox !== undefined) list.push(form('shell (busybox)', busybox, ['sh', ...shell.args.slice(1)]));
  } else say('the hook client of the shell: no curl');
  list.push(form('node', node.file, node.args));
  return list;
}

export const FORMS = forms();
