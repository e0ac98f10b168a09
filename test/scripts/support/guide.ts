// A page of the guide, followed: each line that stands as a command is typed, in its order, at an empty HOME of its own.
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, inRoot, type RunningDaemon, runProcess, startDaemon, tempFolder } from '@castellan/testkit';

/** A verification starts a client a dozen times; this only ends what hangs. */
const PATIENCE = 600_000;

export interface Typed {
  readonly line: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Reader extends AsyncDisposable {
  readonly home: string;
  readonly daemon: RunningDaemon;
  type(line: string): Promise<Typed>;
}

/** Lines of code, without their comments. */
export const commandsOf = (page: string): readonly string[] =>
  readFileSync(inRoot('docs', 'guide', page), 'utf8')
    .split('\n')
    .flatMap((line) => /^ {4}(castellan .*?)(?: {2,}#.*)?$/.exec(line)?.[1] ?? []);

/** @param programs beside `castellan` on PATH, by name */
export async function reader(programs: Readonly<Record<string, string>> = {}): Promise<Reader> {
  const home = join(tempFolder(), 'ada');
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  const own = { castellan: inRoot('packages', 'cli', 'bin', 'castellan.mjs'), node: process.execPath };
  for (const [name, path] of Object.entries({ ...own, ...programs })) symlinkSync(path, join(bin, name));
  const daemon = await startDaemon({ home: join(home, '.config', 'castellan') });
  const bare = bareEnvironment(home);
  const env = { ...bare, HOME: home, PATH: `${bin}:${bare.PATH ?? ''}`, COLUMNS: '80' };
  return {
    home,
    daemon,
    async type(line) {
      const { code, stdout, stderr } = await runProcess('/bin/sh', ['-c', line], { env, cwd: home, timeout: PATIENCE });
      return { line, code, stdout, stderr };
    },
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}
