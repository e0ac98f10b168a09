#!/usr/bin/env node
// The door of the command. Plain JavaScript that any Node since 18 can read: when the running one is older than the code
// needs, it starts itself again with the workspace's own. It also makes the world (clock, streams, environment) that
// main.ts is handed, so that nothing behind this line reaches for them.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const here = fileURLToPath(import.meta.url);

function ownNode() {
  for (let folder = dirname(here); ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', 'node', 'bin', 'node');
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

async function again(node) {
  const child = spawn(node, [here, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches both of us from the terminal: the child decides what it means. What is sent to us alone is passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`castellan: error: cannot start \`${node}\`: ${error.message}\n`);
      resolve(1);
    });
    child.on('exit', (code, signal) => {
      resolve(code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15, SIGKILL: 9 }[signal] ?? 0));
    });
  });
}

const clock = {
  now: () => Date.now(),
  pause: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
};

// Below a home folder of somebody else's, which `sudo` may leave in the environment, nobody may even look.
function looked(path) {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

async function run() {
  // Compiled code is kept only in the state folder: whoever can write to such a cache can run code as us, and a folder
  // under /tmp may have been made by anybody. A state folder that others can write to counts as theirs.
  const home = process.env.CASTELLAN_HOME || join(homedir(), '.config', 'castellan');
  const folder = looked(home);
  const ours = folder?.isDirectory() && folder.uid === process.getuid?.() && (folder.mode & 0o077) === 0;
  if (ours) {
    // Node makes the folders itself, and as open as the shell's umask lets it.
    const before = process.umask(0o077);
    module.enableCompileCache?.(join(home, 'cache'));
    process.umask(before);
  }
  const { areProgramsFresh } = await import('../src/bundles.ts');
  const { main } = areProgramsFresh() ? await import('../dist/main.js') : await import('../src/main.ts');
  return main({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    userHome: homedir(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock,
    random: randomBytes,
  });
}

// A reader that went away (`castellan log | head`) is no failure of ours.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const node = Number(process.versions.node.split('.')[0]) < NEEDED ? ownNode() : undefined;
if (Number(process.versions.node.split('.')[0]) < NEEDED && node === undefined) {
  process.stderr.write(`castellan: error: node ${process.versions.node} is too old, ${NEEDED} is needed\n`);
  process.stderr.write('hint: run `npm ci` in the folder castellan was installed in: it brings its own\n');
  process.exitCode = 1;
} else {
  process.exitCode = node === undefined ? await run() : await again(node);
}
