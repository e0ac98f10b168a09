// What an agent, or a person whose project it is, lays in root's way: links where root writes, walks and looks; and what stands when the
// record or the launcher is gone.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { installationOf } from '@castellan/sandbox';
import { inRoot, tempFolder, verifies } from '@castellan/testkit';
import { describe, expect } from 'vitest';
import {
  AGENT,
  command,
  grounds,
  installationIn,
  installed,
  needsReach,
  noTwoUsers,
  PERSON,
  setpriv,
} from './support/two-users.ts';

/** Puts a link where root's draft lies, as soon as there is one. */
const SWAPPER = `const { readdirSync, renameSync, symlinkSync } = require('node:fs');
process.chdir(process.argv[1]);
symlinkSync(process.argv[2], 'link');
console.log('up');
for (const end = Date.now() + 30000; Date.now() < end; ) {
  const draft = readdirSync('.').find((name) => name.includes('.castellan-'));
  if (draft === undefined) continue;
  renameSync('link', draft);
  console.log('swapped');
  break;
}`;

describe.skipIf(noTwoUsers)('traps for root', () => {
  verifies(
    ['I1'],
    'installing again gives nothing away through a link in the home folder of the agent user',
    async (context) => {
      await needsReach(context);
      const { prefix, options } = grounds();
      expect((await command(['system', 'install', ...options, '--yes'])).code).toBe(0);
      const { homes } = installationIn(prefix);
      const secret = join(prefix, 'secret');
      writeFileSync(secret, 'of root', { mode: 0o600 });
      let swaps = 0;
      for (let i = 0; i < 3; i += 1) {
        for (const name of ['.gitconfig', 'link']) rmSync(join(homes.agent, name), { force: true });
        const [file = '', ...args] = [...setpriv(AGENT), process.execPath, '-e', SWAPPER, homes.agent, secret];
        const swapper = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/', env: {} });
        let said = '';
        swapper.stdout.on('data', (chunk) => {
          said += String(chunk);
        });
        const ended = new Promise((resolve) => swapper.once('close', resolve));
        await expect.poll(() => said, { timeout: 10_000 }).toContain('up');
        await command(['system', 'install', ...options, '--yes']);
        swapper.kill('SIGKILL');
        await ended;
        if (said.includes('swapped')) swaps += 1;
        const { uid, gid, mode } = lstatSync(secret);
        expect([uid, gid, mode & 0o7777]).toEqual([0, 0, 0o600]);
      }
      expect(swaps, 'the control: it was in time').toBeGreaterThan(0);
    },
  );

  verifies(
    ['I1'],
    'a link above an earlier project opens no folder of root’s, by installing again or by taking away',
    async (context) => {
      await needsReach(context);
      const { prefix, options } = grounds();
      const [work, roots] = [join(prefix, 'bob', 'work'), join(prefix, 'roots')];
      for (const folder of [join(prefix, 'bob'), work, join(work, 'src')]) {
        mkdirSync(folder);
        chownSync(folder, PERSON, PERSON);
      }
      const all = ['system', 'install', ...options, '--yes'];
      expect((await command([...all, '--project', join(work, 'src')])).code).toBe(0);
      mkdirSync(join(roots, 'src'), { recursive: true, mode: 0o700 });
      writeFileSync(join(roots, 'src', 'secret'), 'of root', { mode: 0o600 });
      // A list of root's own, which taking away must not take.
      execFileSync('setfacl', ['-m', 'u:61009:r', join(roots, 'src', 'secret')]);
      const lists = (): string => execFileSync('getfacl', ['-R', '-p', '-n', roots], { encoding: 'utf8' });
      const before = lists();
      renameSync(work, join(prefix, 'bob', 'old'));
      symlinkSync(roots, work);
      chownSync(join(prefix, 'bob'), PERSON, PERSON);
      expect((await command(all)).code).toBe(0);
      expect(lists()).toBe(before);
      expect(installationIn(prefix).projects, 'no project any more').toEqual([]);
      const gone = await command(['system', 'uninstall', '--prefix', prefix, '--yes']);
      expect(gone.stderr).toContain('reached by a link');
      expect(lists()).toBe(before);
      expect(existsSync(join(prefix, 'var/lib/castellan'))).toBe(false);
    },
  );

  verifies(['I1'], 'a state folder of two users without its record is no other state folder', async (context) => {
    await needsReach(context);
    const { prefix, options } = grounds();
    expect((await command(['system', 'install', ...options, '--yes'])).code).toBe(0);
    const { root, home } = installationIn(prefix);
    const record = join(root, 'install.json');
    expect(installationOf(home).kind, 'the control').toBe('found');
    chmodSync(root, 0o775);
    expect(installationOf(home).kind).toBe('unusable');
    chmodSync(root, 0o755);
    writeFileSync(record, '');
    expect(installationOf(home).kind).toBe('unusable');
    rmSync(record);
    expect(installationOf(home).kind).toBe('unusable');
    expect(installationOf(tempFolder()).kind).toBe('none');
  });

  verifies(['I1'], 'who ends all programs of the agent user cannot be stopped by them', async (context) => {
    const program = join(tempFolder(), 'stopped');
    const source = inRoot('test', 'isolation', 'support', 'two-users-stopped.c');
    try {
      execFileSync('gcc', ['-O1', '-w', '-o', program, source], { stdio: 'pipe' });
    } catch {
      process.stderr.write(`SKIPPED: ${context.task.name}: no gcc\n`);
      return context.skip('no compiler');
    }
    expect(execFileSync(program, ['61014'], { encoding: 'utf8' })).toBe('ended\n');
  });

  verifies(['I1'], 'a killed launcher takes the daemon and every agent along', async (context) => {
    await needsReach(context);
    await using it = await installed();
    expect((await it.asAgent(['cat', '/proc/self/oom_score_adj'])).stdout, 'goes before the daemon').toBe('500\n');
    const { pid } = it.daemon;
    const runs = (): boolean =>
      existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const launcher = Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
    expect(readFileSync(`/proc/${launcher}/cmdline`, 'utf8')).toContain('castellan-launcher');
    const mark = '98765.1234';
    const agent = it.asAgent(['sleep', mark]);
    const agents = (): string =>
      execFileSync('ps', ['-eo', 'uid,args'], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.trim() === `${AGENT} sleep ${mark}`)
        .join();
    await expect.poll(agents, { timeout: 10_000 }).not.toBe('');
    process.kill(launcher, 'SIGKILL');
    await expect.poll(() => [runs(), agents()], { timeout: 20_000 }).toEqual([false, '']);
    await agent;
  });
});
