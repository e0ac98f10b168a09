#!/usr/bin/env node
// The door of the command. It makes the world (arguments, streams, files, clock) that main.ts is handed, so that nothing behind this line
// reaches for them.
import { readFileSync, realpathSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { getHeapStatistics } from 'node:v8';
import manifest from '../package.json' with { type: 'json' };

const NEEDED = 24;

/** Lines that a person types, one at a time; Ctrl-D ends them. */
function conversation() {
  let typed;
  return (prompt) => {
    typed ??= createInterface({ input: process.stdin, output: process.stdout });
    return new Promise((resolve) => {
      const onClose = () => resolve(undefined);
      typed.once('close', onClose);
      typed.question(prompt, (line) => {
        typed.off('close', onClose);
        resolve(line);
      });
    });
  };
}

// A reader that went away (`starlark x.star | head`) is no failure of ours.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(`starlark: error: node ${process.versions.node} is too old, ${NEEDED} is needed\n`);
  process.exitCode = 1;
} else {
  const { main } = await import('./main.ts');
  process.exitCode = await main({
    argv: process.argv.slice(2),
    version: manifest.version,
    heapBytes: getHeapStatistics().heap_size_limit,
    readFile: (path) => readFileSync(path, 'utf8'),
    realPath: (path) => realpathSync(path),
    stdin: {
      isTerminal: process.stdin.isTTY === true,
      pieces: () => process.stdin.setEncoding('utf8'),
      ask: conversation(),
    },
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    clock: () => Date.now(),
  });
  // A terminal that nobody reads from any more would keep the process alive.
  process.stdin.destroy();
}
