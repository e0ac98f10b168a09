// `castellan system`: an installation with two users is made whole or not at all, is what it says, and is taken away without a trace.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { checkInstallation } from '@castellan/sandbox';
import { runProcess, verifies } from '@castellan/testkit';
import { describe, expect } from 'vitest';
import {
  AGENT,
  CLI,
  command,
  type Grounds,
  grounds,
  installationIn,
  needsReach,
  noTwoUsers,
  SERVER,
  SHARED,
  SYSTEM,
  setpriv,
} from './support/two-users.ts';

/** With what every machine has already. */
function machine(): Grounds {
  const made = grounds();
  for (const folder of ['etc/systemd/system', 'usr/local/lib', 'var/lib', 'run'])
    mkdirSync(join(made.prefix, folder), { recursive: true });
  return made;
}

/** Everything below it: kinds, modes, owners, access lists, bytes of small files. */
function everything(folder: string): string {
  const lists = execFileSync('getfacl', ['-R', '-P', '-p', '-n', '--', folder], { encoding: 'utf8' });
  const said = ['-type', 'd', '-printf', '%p d %m %U:%G\\n', '-o', '-printf', '%p %y %m %U:%G %s %l\\n'];
  const files = execFileSync('find', [folder, ...said], { encoding: 'utf8' }).split('\n');
  return [...files.toSorted(), lists].join('\n');
}
const install = ({ options, project }: Grounds, more: readonly string[] = ['--yes']) =>
  command(['system', 'install', ...options, '--project', project, ...more]);

describe.skipIf(noTwoUsers)('castellan system', () => {
  verifies(
    ['I1'],
    'it shows what it will do, makes exactly that, changes nothing when run again, and leaves no trace',
    async (context) => {
      await needsReach(context);
      const it = machine();
      const before = everything(it.prefix);
      const shown = await install(it, ['--dry-run']);
      expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('3770') });
      expect(everything(it.prefix)).toBe(before);
      expect(await install(it, []), 'nobody can be asked').toMatchObject({ code: 64 });
      expect(everything(it.prefix)).toBe(before);

      expect((await install(it)).code).toBe(0);
      const { root, home } = installationIn(it.prefix);
      const seen = (path: string) => {
        const { mode, uid, gid } = lstatSync(path);
        return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
      };
      expect({
        root: seen(root),
        data: seen(home),
        config: seen(`${home}/config.yaml`),
        workspace: seen(`${root}/workspace`),
        memory: seen(`${root}/memory`),
        agents: seen(`${root}/agents`),
        sockets: seen(`${root}/sockets`),
        agent: seen(`${root}/agent`),
        server: seen(`${root}/server`),
        record: seen(`${root}/install.json`),
        launcher: seen(`${it.prefix}/usr/local/lib/castellan/castellan-launcher`),
      }).toEqual({
        root: '755 0:0',
        data: `700 ${SYSTEM}:${SYSTEM}`,
        config: `600 ${SYSTEM}:${SYSTEM}`,
        workspace: `2750 ${SYSTEM}:${SHARED}`,
        memory: `3770 ${SYSTEM}:${SHARED}`,
        agents: `2750 ${SYSTEM}:${SHARED}`,
        sockets: `2750 ${SYSTEM}:${SHARED}`,
        agent: `700 ${AGENT}:${AGENT}`,
        server: `700 ${SERVER}:${SERVER}`,
        record: '644 0:0',
        launcher: '755 0:0',
      });
      expect(await command(['system', 'check', '--prefix', it.prefix])).toMatchObject({ code: 0 });
      const [sudo = '', ...asSystem] = [...setpriv(SYSTEM, [SHARED]), process.execPath, CLI, 'up'];
      const env = { HOME: '/', PATH: '/usr/bin:/bin', CASTELLAN_HOME: home };
      expect(await runProcess(sudo, asSystem, { env, cwd: '/' }), 'the service starts it').toMatchObject({
        code: 1,
        stderr: expect.stringContaining('systemctl start castellan'),
      });
      const made = everything(it.prefix);
      expect(await install(it)).toMatchObject({ code: 0, stdout: 'everything stands already\n' });
      expect(everything(it.prefix)).toBe(made);

      const kept = await command(['system', 'uninstall', '--prefix', it.prefix, '--keep-data', '--yes']);
      expect(kept.code, kept.stderr).toBe(0);
      expect(existsSync(`${home}/config.yaml`)).toBe(true);
      expect((await install(it)).code, 'and again over the data').toBe(0);
      const gone = await command(['system', 'uninstall', '--prefix', it.prefix, '--yes']);
      expect(gone.code, gone.stderr).toBe(0);
      expect(everything(it.prefix)).toBe(before);
    },
  );

  verifies(
    ['I1'],
    'no name and no folder makes agents somebody who may do more, or lets them into keys',
    async (context) => {
      await needsReach(context);
      const it = machine();
      const tried: readonly (readonly [readonly string[], string])[] = [
        [['--project', '/'], "Castellan's own"],
        [['--project', it.prefix], "Castellan's own"],
        [['--project', '/etc'], 'is no project'],
        [['--project', '/usr/share'], 'is no project'],
        [['--project', '/root'], 'keys and logins'],
        [['--system-user', 'root'], "`root` is root's"],
        [['--agent-user', 'root'], "`root` is root's"],
        [['--server-user', 'root'], "`root` is root's"],
        [['--group', 'root'], "`root` is root's"],
        [['--system-user', 'daemon', '--agent-user', '1'], 'one number'],
      ];
      for (const [words, said] of tried)
        expect([words, await command(['system', 'install', ...it.options, ...words, '--dry-run'])]).toEqual([
          words,
          expect.objectContaining({ code: 1, stdout: '', stderr: expect.stringContaining(said) }),
        ]);
      expect((await install(it)).code).toBe(0);
      const data = join(it.prefix, 'var/lib/castellan/data');
      expect(await command(['system', 'install', ...it.options, '--project', data, '--dry-run'])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("Castellan's own"),
      });
    },
  );

  verifies(['I1'], 'where one thing stands in the way, all that was done is taken back', async (context) => {
    await needsReach(context);
    const inTheWay: readonly ((it: Grounds) => void)[] = [
      ({ prefix }) => writeFileSync(join(prefix, 'etc/castellan'), ''),
      ({ prefix }) => mkdirSync(join(prefix, 'etc/systemd/system/castellan.service')),
      ({ prefix }) => {
        mkdirSync(join(prefix, 'var/lib/castellan'));
        chownSync(join(prefix, 'var/lib/castellan'), AGENT, AGENT);
      },
      ({ prefix }) => {
        mkdirSync(join(prefix, 'var/lib/castellan'));
        mkdirSync(join(prefix, 'elsewhere'), { mode: 0o711 });
        symlinkSync(join(prefix, 'elsewhere'), join(prefix, 'var/lib/castellan/memory'));
      },
    ];
    for (const [at, put] of inTheWay.entries()) {
      const it = machine();
      put(it);
      const before = everything(it.prefix);
      const ended = await install(it);
      expect([at, ended.code, ended.stderr]).toEqual([
        at,
        1,
        expect.stringContaining('everything is as it was before'),
      ]);
      expect([at, everything(it.prefix)]).toEqual([at, before]);
    }
    // Programs that somebody else can change are not what root starts.
    const it = machine();
    mkdirSync(join(it.prefix, 'open'));
    chmodSync(join(it.prefix, 'open'), 0o777);
    const node = join(it.prefix, 'open', 'node');
    try {
      linkSync(process.execPath, node);
    } catch {
      copyFileSync(process.execPath, node);
    }
    const before = everything(it.prefix);
    const args = [CLI, 'system', 'install', ...it.options, '--yes'];
    const env = { HOME: '/', PATH: '/usr/bin:/bin' };
    expect(await runProcess(node, args, { env, cwd: '/' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('others can change'),
    });
    const [file = '', ...rest] = setpriv(AGENT);
    expect(await runProcess(file, [...rest, process.execPath, ...args], { env, cwd: '/' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('as root'),
    });
    expect(everything(it.prefix)).toBe(before);
  });

  verifies(
    ['I1'],
    'whatever is not as it was made is found, with what to do; a record that root did not write is not believed',
    async (context) => {
      await needsReach(context);
      const it = machine();
      expect((await install(it)).code).toBe(0);
      const { root, home, launcher, unit } = installationIn(it.prefix);
      const check = () => checkInstallation(installationIn(it.prefix)).filter(({ state }) => state === 'bad');
      const plant = (name: string, make: (path: string) => void) => ({
        says: new RegExp(name),
        wrong: () => {
          make(`${root}/memory/${name}`);
          if (existsSync(`${root}/memory/${name}`))
            execFileSync('chown', ['-h', `${AGENT}:${SHARED}`, `${root}/memory/${name}`]);
        },
        right: () => rmSync(`${root}/memory/${name}`),
      });
      const bytes = readFileSync(launcher.path);
      const faults: readonly { readonly says: RegExp; readonly wrong: () => void; readonly right: () => void }[] = [
        { says: /folder .*data/, wrong: () => chmodSync(home, 0o755), right: () => chmodSync(home, 0o700) },
        {
          says: /configuration/,
          wrong: () => chmodSync(`${home}/config.yaml`, 0o644),
          right: () => chmodSync(`${home}/config.yaml`, 0o600),
        },
        {
          says: /folder .*memory/,
          wrong: () => chmodSync(`${root}/memory`, 0o2770),
          right: () => chmodSync(`${root}/memory`, 0o3770),
        },
        {
          says: /folder .*agents/,
          wrong: () => chownSync(`${root}/agents`, AGENT, SHARED),
          right: () => {
            chownSync(`${root}/agents`, SYSTEM, SHARED);
            chmodSync(`${root}/agents`, 0o2750);
          },
        },
        {
          says: /launcher, its bytes/,
          wrong: () => writeFileSync(launcher.path, 'x'),
          right: () => writeFileSync(launcher.path, bytes),
        },
        {
          says: /launcher/,
          wrong: () => chmodSync(launcher.path, 0o777),
          right: () => chmodSync(launcher.path, 0o755),
        },
        { says: /service/, wrong: () => chmodSync(unit ?? '', 0o666), right: () => chmodSync(unit ?? '', 0o644) },
        {
          says: /link .*sockets/,
          wrong: () => rmSync(`${home}/sockets`),
          right: () => symlinkSync('../sockets', `${home}/sockets`),
        },
        {
          says: /project/,
          wrong: () => void execFileSync('setfacl', ['-b', it.project]),
          right: () =>
            void execFileSync('setfacl', ['-m', `u:${AGENT}:rwx,d:u:${AGENT}:rwx,u:${SYSTEM}:rx`, it.project]),
        },
        plant('suid', (path) => {
          copyFileSync('/bin/true', path);
          chownSync(path, AGENT, SHARED);
        }),
        plant('pipe', (path) => void execFileSync('mkfifo', [path])),
        plant('out', (path) => symlinkSync(`${home}/config.yaml`, path)),
        plant('second', (path) => {
          writeFileSync(`${root}/agent/one`, '');
          linkSync(`${root}/agent/one`, path);
        }),
      ];
      for (const { says, wrong, right } of faults) {
        wrong();
        if (says.source === 'suid') chmodSync(`${root}/memory/suid`, 0o4755);
        expect(
          check().some(({ title, evidence, fix }) => says.test(`${title} ${evidence}`) && fix !== ''),
          says.source,
        ).toBe(true);
        right();
      }
      expect(check()).toEqual([]);
      chmodSync(home, 0o755);
      expect(await command(['system', 'check', '--prefix', it.prefix])).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/bad {3}folder .*data: 0755 .*should be 0700/),
      });
      chmodSync(home, 0o700);
      const record = join(it.prefix, 'etc/castellan/install.json');
      chmodSync(record, 0o666);
      expect(await command(['system', 'check', '--prefix', it.prefix])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('can be written by others'),
      });
      chmodSync(record, 0o644);
      // Nor is anybody's agent started by it.
      chownSync(join(root, 'install.json'), SYSTEM, SYSTEM);
      const shown = await command(['doctor', '--json'], home);
      expect(shown.stdout).toContain('can be written by others than root');
    },
  );

  verifies(['I1'], 'systemd takes the service as it is, and finds it well kept', async (context) => {
    await needsReach(context);
    const analyze = '/usr/bin/systemd-analyze';
    if (!existsSync(analyze)) {
      process.stderr.write(`SKIPPED: ${context.task.name}: no systemd-analyze\n`);
      return context.skip('no systemd-analyze');
    }
    const it = machine();
    expect((await install(it)).code).toBe(0);
    const { unit } = installationIn(it.prefix);
    const verified = await runProcess(analyze, ['verify', unit ?? ''], { env: { PATH: '/usr/bin:/bin' } });
    expect([verified.code, verified.stderr]).toEqual([0, '']);
    const text = readFileSync(unit ?? '', 'utf8');
    for (const line of [
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'CapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_SETPCAP CAP_KILL CAP_CHOWN',
      'Restart=on-failure',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toContain(`ReadWritePaths=${it.prefix}/var/lib/castellan -${it.project}`);
  });
});
