// A newcomer's first minutes: a clone, an empty HOME, the two commands of README. The folder's name has a space in it,
// because somebody's has.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, inRoot, runProcess, sendRequest, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';

const MINUTE = 60_000;

verifies(
  ['R1'],
  'one command starts it and one passes the tests',
  async () => {
    const machine = tempFolder('castellan fresh ');
    const [home, clone] = [join(machine, 'home'), join(machine, 'castellan')];
    mkdirSync(home);
    // The Node that runs this test is ours; a newcomer has whatever the machine has.
    const machinePath = (process.env.PATH ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
    const env = { ...bareEnvironment(home), PATH: machinePath.join(':') };
    const cloned = await runProcess('git', ['clone', '--quiet', inRoot(), clone], { env, timeout: MINUTE });
    expect(cloned, cloned.stderr).toMatchObject({ code: 0 });

    // One that is quick and one that starts real processes: the whole of `npm test` inside itself would never end.
    const tests = await runProcess('npm', ['test', '--', 'test/laws/claims.test.ts', 'test/testkit'], {
      cwd: clone,
      env,
      timeout: 4 * MINUTE,
    });
    expect(tests, tests.stdout + tests.stderr).toMatchObject({ code: 0 });
    expect(tests.stdout.trimEnd().split('\n').at(-1)).toMatch(/^[1-9]\d* passed, 0 failed, \d+ skipped$/);

    const child = spawn('npm', ['start', '--', '--port', '0'], { cwd: clone, env, stdio: 'pipe' });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    let output = '';
    const address = new Promise<string>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        output += String(chunk);
        const port = /http:\/\/localhost:(\d+)/.exec(output)?.[1];
        if (port !== undefined) resolve(port);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', () => reject(new Error(`npm start ended\n${output}`)));
    });
    try {
      const live = await sendRequest({ port: Number(await address) }, 'GET', '/v1/live', {});
      expect(live.json()).toEqual({ live: true });
      const { pid } = JSON.parse(readFileSync(join(home, '.config', 'castellan', 'daemon', 'state.json'), 'utf8'));
      if (existsSync('/proc/self/environ'))
        expect(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')).toContain('MALLOC_MMAP_THRESHOLD_=65536');
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended, output).toBe(0);
  },
  { timeout: 6 * MINUTE },
);
