// `npm run bench -- [name ...] [--json] [--save] [--quick]`: runs bench/*.ts, each a program that prints its numbers and fails when a promise is broken.
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { inRoot, ROOT, run } from '../lib/run.ts';

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'));
const all = globSync('bench/*.ts', { cwd: ROOT }).toSorted();
const chosen = all.filter((file) => wanted.length === 0 || wanted.includes(basename(file, '.ts')));
if (chosen.length === 0) {
  const names = all.map((file) => basename(file, '.ts')).join(', ');
  process.stderr.write(
    `castellan: no such benchmark\nhint: ${names === '' ? 'bench/ is empty' : `one of: ${names}`}\n`,
  );
  process.exitCode = 64;
}
for (const file of chosen) {
  console.log(`\n== ${file}`);
  // --expose-gc: memory promises are about what stays after a collection.
  const { code } = await run(process.execPath, ['--expose-gc', inRoot(file), ...flags]);
  if (code !== 0) process.exitCode = 1;
}
