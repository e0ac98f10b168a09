// Installing what `uvx` names, from a folder of wheels, by the real Python and pip of this machine.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { McpProcess } from '@castellan/contract';
import { type ResolvedStart, type Resolving, resolveStart } from '@castellan/gateway';
import { bareEnvironment, pythonWheel, runProcess, tempFolder, type WheelOptions } from '@castellan/testkit';
import { expect, test } from 'vitest';

const start = (command: string, ...args: readonly string[]): McpProcess => ({
  kind: 'mcp',
  command,
  args: [...args],
  env: { LEVEL: 'debug' },
  pass: [],
  timeoutSeconds: 60,
  concurrency: 16,
});

/** PATH of the tests' own shell: where this machine's Python is. */
const PATH = process.env.PATH ?? '';
const hasPip = (await runProcess('python3', ['-m', 'pip', '--version']).catch(() => null))?.code === 0;
if (!hasPip) process.stdout.write('skipped: no python3 with pip\n');

function ground() {
  const home = tempFolder();
  const index = join(home, 'index');
  const folder = join(home, 'state', 'modules', 'packages');
  mkdirSync(index);
  mkdirSync(join(home, '.config', 'pip'), { recursive: true });
  writeFileSync(join(home, '.config', 'pip', 'pip.conf'), `[global]\nno-index = true\nfind-links = ${index}\n`);
  const env = { ...bareEnvironment(home), PATH };
  const signal = new AbortController().signal;
  return {
    index,
    folder,
    publish(options: WheelOptions): void {
      const { file, bytes } = pythonWheel(options);
      writeFileSync(join(index, file), bytes);
    },
    resolve: (wanted: McpProcess, more: Partial<Resolving> = {}): Promise<ResolvedStart> =>
      resolveStart(wanted, { folder, env, signal, hideText: (text) => text, step: () => {}, ...more }),
  };
}

const server = (version: string, more: Partial<WheelOptions> = {}): WheelOptions => ({
  name: 'mcp-clock',
  version,
  code: `import sys, tick\ndef main():\n    print('clock ${version}', tick.SPEED, *sys.argv[1:])\n`,
  needs: ['tick>=1'],
  ...more,
});
const tick: WheelOptions = { name: 'tick', version: '1.5', code: 'SPEED = 9\n' };

const done = (resolved: ResolvedStart) => {
  if (!resolved.ok) throw new Error(`${resolved.code}: ${resolved.message}`);
  return resolved.start;
};
const leftIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

test.skipIf(!hasPip)(
  'a range becomes one version with its digest; nothing newer is taken',
  { timeout: 120_000 },
  async () => {
    const { publish, resolve, folder } = ground();
    publish(tick);
    for (const version of ['1.0', '1.4', '2.0']) publish(server(version));
    const made = done(await resolve(start('uvx', '--from', 'mcp-clock<2', 'mcp-clock', '--zone', 'UTC')));
    expect(made.package).toMatchObject({ ecosystem: 'pypi', name: 'mcp-clock', version: '1.4' });
    expect(made.package?.integrity).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(made.command).toMatch(/^\//);
    expect(made.args.slice(1)).toEqual(['--zone', 'UTC']);
    expect(made.env.LEVEL).toBe('debug');
    publish(server('1.5'));
    const ran = await runProcess(made.command, made.args, { env: { ...made.env } });
    expect(ran.stdout).toBe('clock 1.4 9 --zone UTC\n');
    expect(done(await resolve(made))).toEqual(made);
    expect(done(await resolve(start('uvx', 'mcp-clock@1.4'))).package?.version).toBe('1.4');
    expect(done(await resolve(start('pipx', 'run', 'mcp-clock'))).package?.version).toBe('2.0');
    expect(leftIn(folder)).toEqual(['pypi']);
    expect(leftIn(join(folder, 'pypi')).toSorted()).toEqual(['mcp-clock-1.4', 'mcp-clock-2.0']);
  },
);

test.skipIf(!hasPip)(
  'absent, taken back, without a wheel, with other bytes: refused, and nothing is left',
  { timeout: 120_000 },
  async () => {
    const { publish, resolve, folder, index } = ground();
    publish(tick);
    publish(server('1.0'));
    expect(await resolve(start('uvx', 'mcp-none'))).toMatchObject({ ok: false, code: 'not-found' });
    expect(await resolve(start('uvx', 'mcp-clock@3.0'))).toMatchObject({ ok: false, code: 'not-found' });
    writeFileSync(join(index, 'mcp_source-1.0.tar.gz'), 'a source would be run to be installed');
    expect(await resolve(start('uvx', 'mcp-source'))).toMatchObject({ ok: false, code: 'not-found' });
    expect(leftIn(folder)).toEqual([]);
    done(await resolve(start('uvx', 'mcp-clock')));
    rmSync(join(index, 'mcp_clock-1.0-py3-none-any.whl'));
    publish(server('1.0', { code: 'def main():\n    print("evil")\n', needs: [] }));
    expect(await resolve(start('uvx', 'mcp-clock'))).toMatchObject({ ok: false, code: 'failed' });
  },
);

test('what no index holds, and an option that nobody knows, are refused; so is a machine without Python', async () => {
  const { resolve } = ground();
  for (const args of [
    ['--from', 'git+https://example.org/a.git', 'a'],
    ['--from', 'https://example.org/a.whl', 'a'],
    ['--with', 'other', 'mcp-clock'],
    ['--index-url', 'https://example.org', 'mcp-clock'],
    ['./folder'],
    ['mcp-clock[extra]'],
    [],
  ])
    expect(await resolve(start('uvx', ...args))).toMatchObject({ ok: false, code: 'refused' });
  expect(await resolve(start('uvx', 'mcp-clock'), { env: { PATH: '/nowhere' } })).toMatchObject({
    ok: false,
    code: 'not-found',
  });
});
