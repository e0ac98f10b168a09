// Started as the user that is to be confined: confines one program as it is told (JSON, the only argument), starts it on its own
// streams and ends as it does. A fault is said on stdout, with exit code 200.
import { spawn } from 'node:child_process';
import { childEnvironment } from '@castellan/contract';
import { type Confinement, confineProgram, type WallName } from '@castellan/sandbox';

interface Told {
  /** null: without walls, as the control of the same. */
  readonly spec: Confinement | null;
  readonly words: readonly [string, ...string[]];
  readonly walls: readonly WallName[];
}

const { spec, words, walls } = JSON.parse(process.argv[2] ?? '') as Told;
const [file, ...args] = words;
const env = childEnvironment('plain', process.env);
const program = { file, args, env };
const confined = spec === null ? program : await confineProgram(spec, program, walls);
if ('ok' in confined && !confined.ok) {
  process.stdout.write(`${confined.why}\n`);
  process.exit(200);
}
if ('file' in confined)
  spawn(confined.file, confined.args, { stdio: 'inherit', env: confined.env })
    .once('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(201);
    })
    .once('exit', (code) => process.exit(code ?? 202));
