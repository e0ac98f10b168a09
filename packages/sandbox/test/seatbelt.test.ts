// What sandbox-runtime is told of a spec. On Linux the same text is given to its backend there, which really runs it: what is named
// is there, and nothing else. The profile for macOS is looked at as text; no Mac has run it.
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wrapCommandWithSandboxLinux } from '@anthropic-ai/sandbox-runtime/dist/sandbox/linux-sandbox-utils.js';
import { childEnvironment } from '@castellan/contract';
import { runProcess, tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { runtimeParameters, withSeatbelt } from '../src/confine/seatbelt.ts';
import { type Confinement, wallsHere } from '../src/index.ts';

const env = childEnvironment('bare', { PATH: '/usr/bin:/bin' });

function ground(): { readonly spec: Confinement; readonly home: string } {
  const root = realpathSync(tempFolder('seatbelt'));
  const home = join(root, 'home');
  const project = join(home, "it's [a] project");
  for (const folder of [project, join(home, '.ssh'), join(home, 'state'), join(project, 'kept')])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(home, '.ssh/key'), 'the-secret\n');
  writeFileSync(join(home, 'state/db'), 'the-secret\n');
  const spec: Confinement = {
    folder: project,
    write: [project],
    read: [],
    keep: [join(project, 'kept')],
    never: [join(home, 'state')],
    given: [],
    own: { home: join(root, 'own/home'), temp: join(root, 'own/temp') },
    home,
    network: 'none',
    programs: true,
    sockets: 'none',
    terminal: false,
    limits: { processes: 512, memoryBytes: 2 ** 31, fileBytes: 2 ** 28 },
  };
  return { spec, home };
}

test('run by the backend for Linux: what is named is there, and nothing else', async (context) => {
  const { tried } = await wallsHere();
  if (!tried.some(({ name, ok }) => name === 'bubblewrap' && ok)) {
    process.stderr.write(`SKIPPED: ${context.task.name}: there is no bubblewrap here\n`);
    return context.skip('sandbox-runtime cannot run here');
  }
  const { spec, home } = ground();
  const script = [
    'pwd; echo mine > made && cat made; echo x > "$HOME/own" && echo home; echo x > "$TMPDIR/t" && echo temp',
    `cat ${home}/.ssh/key ${home}/state/db; ls -A ${home}; echo x > ${home}/out; echo x > kept/x && echo KEPT`,
    'ulimit -c',
  ].join('; ');
  const told = runtimeParameters(spec, { file: '/bin/sh', args: ['-c', script], env });
  if ('ok' in told) throw new Error(told.why);
  // Its own helper has to be found inside.
  const own = join(dirname(fileURLToPath(import.meta.resolve('@anthropic-ai/sandbox-runtime'))), '../vendor');
  const readConfig = {
    denyOnly: ['/'],
    literalAllowWithinDeny: [...(told.readConfig?.literalAllowWithinDeny ?? []), own],
  };
  const { command, needsNetworkRestriction, writeConfig } = told;
  if (writeConfig === undefined) throw new Error('it may write anywhere');
  const binShell = '/bin/sh';
  const text = await wrapCommandWithSandboxLinux({
    command,
    needsNetworkRestriction,
    readConfig,
    writeConfig,
    binShell,
  });
  const { stdout, stderr } = await runProcess('/bin/sh', ['-c', text], { cwd: spec.folder, env });
  expect(stdout, stderr).toContain(`${spec.folder}\nmine\nhome\ntemp\n`);
  expect(stdout).not.toMatch(/the-secret|KEPT|\.ssh/);
  expect(existsSync(join(home, 'out'))).toBe(false);
  expect(stdout.trim().split('\n').at(-1)).toBe('0');
});

test('the profile for macOS refuses everything first, and lets in what is named', async () => {
  const { spec } = ground();
  const confined = await withSeatbelt(spec, { file: '/bin/echo', args: ["it's"], env });
  if (confined === undefined || !confined.ok) throw new Error('nothing was made');
  const [, text = ''] = confined.args;
  const at = (part: string): number => {
    expect(text).toContain(part);
    return text.indexOf(part);
  };
  expect(at('(deny default')).toBeLessThan(at('(deny file-read*\n  (subpath "/")'));
  expect(text).not.toContain('(allow network');
  expect(text).toContain('[a] project');
  expect(text).not.toContain('.ssh');
  expect(confined).toMatchObject({ file: '/bin/sh', words: expect.stringContaining('Seatbelt') });
  const ways: readonly Confinement['network'][] = [
    { egress: '/x', forwards: [] },
    { egress: null, forwards: [{ port: 1234, socket: '/x' }] },
  ];
  for (const network of ways)
    expect(await withSeatbelt({ ...spec, network }, { file: '/bin/echo', args: [], env })).toMatchObject({ ok: false });
});
