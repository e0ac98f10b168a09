// A real terminal of 80 by 24 (tmux) in which a person types. Its shell is nobody's child: no agent that runs these tests
// stands above it.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, inRoot, runProcess, tempFolder } from '@castellan/testkit';

export const hasTerminal = await runProcess('tmux', ['-V']).then(
  ({ code }) => code === 0,
  () => false,
);
if (!hasTerminal) process.stderr.write('SKIPPED: tmux is not here, so nothing is tried in a terminal\n');

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface Terminal extends AsyncDisposable {
  /** What stands on the screen once it matches. @throws Error with the screen when it never does. */
  shows(pattern: RegExp): Promise<string>;
  /** One key by its name, or a few characters. */
  press(key: string): Promise<void>;
  /** A line, and Enter. */
  types(text: string): Promise<void>;
}

/** @param script run by the terminal's shell, with `castellan` on its PATH. */
export async function openTerminal(home: string, script: string): Promise<Terminal> {
  const folder = tempFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const program = join(bin, 'castellan');
  writeFileSync(
    program,
    `#!/bin/sh\nexec '${process.execPath}' '${inRoot('packages', 'cli', 'bin', 'castellan.mjs')}' "$@"\n`,
  );
  chmodSync(program, 0o755);
  const bare = bareEnvironment(folder);
  const env = { ...bare, PATH: `${bin}:${bare.PATH}`, PS1: 'shell> ', TERM: 'xterm-256color', CASTELLAN_HOME: home };
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const ended = await runProcess('tmux', ['-S', join(folder, 'tmux'), '-f', '/dev/null', ...args], { env });
    if (ended.code !== 0) throw new Error(`tmux ${args[0]}: ${ended.stderr}`);
    return ended.stdout;
  };
  await tmux('new-session', '-d', '-x', '80', '-y', '24', '/bin/sh', '-c', script);
  const terminal: Terminal = {
    async shows(pattern) {
      let screen = '';
      for (let tries = 0; tries < 1000; tries += 1) {
        screen = await tmux('capture-pane', '-p');
        if (pattern.test(screen)) return screen;
        await sleep(50);
      }
      throw new Error(`never on the screen: ${pattern}\n${screen}`);
    },
    press: async (key) => void (await tmux('send-keys', key)),
    async types(text) {
      await tmux('send-keys', '-l', text);
      await tmux('send-keys', 'Enter');
    },
    // Without a session the server has ended by itself: that is no failure.
    [Symbol.asyncDispose]: async () => void (await tmux('kill-server').catch(() => undefined)),
  };
  return terminal;
}
