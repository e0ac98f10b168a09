// The attacker: whoever is the agent user of an installation with two users, with no gate in the way. It reads, writes, links, signals,
// traces and connects as it likes; what stops it is the kernel. Each attack has a control beside it: the same thing done by somebody
// who may.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckItem } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type TestAgent, type World, worldOf } from '../e2e/support/world.ts';
import {
  AGENT,
  type Installed,
  installed,
  needsReach,
  noTwoUsers,
  SHARED,
  SYSTEM,
  setpriv,
} from './support/two-users.ts';

let it: Installed;
let world: World;
let [alice, bob]: (TestAgent | undefined)[] = [];

/** Each line of the script is tried by itself: what it said and its exit code. */
async function tries(
  who: (words: readonly string[]) => Promise<{ readonly stdout: string }>,
  lines: readonly string[],
): Promise<readonly boolean[]> {
  const script = lines.map((line) => `( ${line} ) >/dev/null 2>&1 && echo got || echo no`).join('\n');
  const { stdout } = await who(['/bin/sh', '-c', script]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line === 'got');
}
const all = (lines: readonly string[], value: boolean): readonly boolean[] => lines.map(() => value);

describe.skipIf(noTwoUsers)('two users', () => {
  beforeAll(async () => {
    it = await installed();
    world = await worldOf(it.daemon);
    [alice, bob] = [await world.connect('alice'), await world.connect('bob')];
  });
  afterAll(async () => {
    await it?.[Symbol.asyncDispose]();
  });

  verifies(
    ['I1', 'L4', 'A5', 'I5'],
    'secrets, configuration, ledger and the person are nothing the agent user can read, list or see',
    async (context) => {
      await needsReach(context);
      const { home } = it.installation;
      const reads = [
        `ls ${home}`,
        `stat ${home}/config.yaml`,
        `cat ${home}/config.yaml`,
        `cat ${home}/daemon/state.json`,
        `cat ${home}/castellan.db`,
        `ls ${home}/ledger`,
        `ls ${home}/vault`,
        `ls ${it.installation.homes.system}`,
        `cd ${home} && ls`,
        `ls ${home}/sockets`,
      ];
      expect(await tries((words) => it.asAgent(words), reads)).toEqual(all(reads, false));
      expect(await tries(it.asNumber, reads), 'without what the launcher takes away').toEqual(all(reads, false));
      expect(await tries(it.asSystem, reads), 'the control').toEqual(all(reads, true));
      // A group is no way in: the data have none.
      const [file = '', ...rest] = [
        'setpriv',
        `--reuid=${AGENT}`,
        `--regid=${SYSTEM}`,
        `--groups=${SYSTEM},${SHARED}`,
        '--',
      ];
      const asGroup = (words: readonly string[]) =>
        Promise.resolve({ stdout: execFileSync(file, [...rest, ...words], { encoding: 'utf8' }) });
      expect(await tries(asGroup, reads)).toEqual(all(reads, false));
      // And of the ledger nothing can be changed or taken away.
      const writes = [
        `rm -rf ${home}/ledger`,
        `mv ${home}/ledger ${home}/x`,
        `ln -s / ${home}/y`,
        `touch ${home}/ledger/z`,
        `mv ${home} ${home}2`,
      ];
      expect(await tries((words) => it.asAgent(words), writes)).toEqual(all(writes, false));
      expect((await world.verify()).kind).toBe('verified');
    },
  );

  verifies(
    ['I1', 'I5'],
    'what others wrote is replaced, moved, linked or removed nowhere; what is shared is shared',
    async (context) => {
      await needsReach(context);
      const { root, home, launcher, unit } = it.installation;
      const memory = `${root}/memory`;
      writeFileSync(`${memory}/ours`, 'ours');
      chownSync(`${memory}/ours`, SYSTEM, SHARED);
      chmodSync(`${memory}/ours`, 0o640);
      const attacks = [
        `echo x > ${memory}/ours`,
        `echo x > ${memory}/t && mv -f ${memory}/t ${memory}/ours`,
        `rm -f ${memory}/ours && test ! -e ${memory}/ours`,
        `mv ${memory} ${root}/m`,
        `echo x > ${root}/workspace/f`,
        `mkdir ${root}/agents/agent_x`,
        `mv ${root}/agents ${root}/a`,
        `mv ${root}/sockets ${root}/s`,
        `echo x > ${root}/install.json`,
        `rm -f ${root}/install.json && test ! -e ${root}/install.json`,
        `echo x >> ${launcher.path}`,
        `echo x >> ${it.installation.enter}`,
        `echo x >> ${unit}`,
        `ln ${home}/config.yaml ${memory}/hard`,
        `ln -sf ${home}/config.yaml ${memory}/soft && cat ${memory}/soft`,
        `chmod 777 ${root}/memory`,
        `chown ${AGENT} ${memory}/ours`,
        `setfacl -m u:${AGENT}:rwx ${memory}/ours`,
      ];
      const agent = (words: readonly string[]) => it.asAgent(words);
      expect(await tries(agent, attacks)).toEqual(all(attacks, false));
      expect(readFileSync(`${memory}/ours`, 'utf8')).toBe('ours');
      // The control: it can read ours, write its own, and work in the project of the person.
      const fine = [
        `cat ${memory}/ours`,
        `umask 077; echo mine > ${memory}/mine`,
        `ls ${root}/workspace`,
        `cat ${it.project}/src/page.txt`,
        `echo more >> ${it.project}/src/page.txt`,
        `umask 077; mkdir ${it.project}/new && echo x > ${it.project}/new/file`,
      ];
      expect(await tries(agent, fine)).toEqual(all(fine, true));
      // Each side reads what the other made, whatever its umask; so does the person whose project it is.
      expect(await tries(it.asSystem, [`cat ${memory}/mine`, `cat ${it.project}/new/file`])).toEqual([true, true]);
      const [person = '', ...rest] = [
        ...setpriv(61_005),
        'sh',
        '-c',
        `echo y >> ${it.project}/new/file && rm -r ${it.project}/new`,
      ];
      execFileSync(person, rest);
      expect(existsSync(join(it.project, 'new'))).toBe(false);
    },
  );

  verifies(
    ['I1', 'I5'],
    'it begins with no right, no way back to one, no group but the shared one, no descriptor and no limit lifted',
    async (context) => {
      await needsReach(context);
      const status = (await it.asAgent(['cat', '/proc/self/status'])).stdout;
      const line = (name: string): string => new RegExp(`^${name}:\\s+(.*?)\\s*$`, 'm').exec(status)?.[1] ?? '';
      expect(['Uid', 'Gid'].map(line)).toEqual([Array(4).fill(AGENT).join('\t'), Array(4).fill(AGENT).join('\t')]);
      expect(line('Groups')).toBe(String(SHARED));
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(line(set), set).toMatch(/^0+$/);
      expect(line('NoNewPrivs')).toBe('1');
      // A program with root's rights, as every machine has some.
      const suid = join(it.prefix, 'suid-id');
      copyFileSync('/usr/bin/id', suid);
      chmodSync(suid, 0o4755);
      expect((await it.asNumber([suid])).stdout, 'the control').toContain('euid=0');
      expect((await it.asAgent([suid])).stdout).not.toContain('euid=0');
      // A copy of a shell that gives its own rights away gives nobody more than it has.
      const copied = `cp /bin/sh ${it.installation.root}/memory/sh && chmod 6755 ${it.installation.root}/memory/sh && ${it.installation.root}/memory/sh -p -c 'id -u'`;
      expect((await it.asAgent(['sh', '-c', copied])).stdout.trim()).toBe(String(AGENT));
      expect((await it.asAgent(['setpriv', '--reuid=0', 'id'])).code).not.toBe(0);
      expect((await it.asAgent(['setpriv', `--reuid=${SYSTEM}`, 'id'])).code).not.toBe(0);
      const limits = (await it.asAgent(['sh', '-c', 'ulimit -c; ulimit -n; ulimit -Hn; umask; ulimit -n 100000']))
        .stdout;
      expect(limits.trim().split('\n')).toEqual(['0', '4096', '4096', '0007']);
      const open = (await it.asAgent(['sh', '-c', 'ls /proc/self/fd'])).stdout.trim().split('\n');
      expect(open, 'and the folder that is listed').toEqual(['0', '1', '2', '3']);
    },
  );

  verifies(
    ['I1', 'A5', 'I5'],
    'the daemon, the launcher and keepers cannot be read, traced or signalled, the daemon not even by its own user',
    async (context) => {
      await needsReach(context);
      const source = join(import.meta.dirname, 'support', 'two-users-probe.c');
      const probe = join(it.prefix, 'probe');
      try {
        execFileSync('gcc', ['-O1', '-w', '-static', '-o', probe, source], { stdio: 'pipe' });
      } catch {
        process.stderr.write(`SKIPPED: ${context.task.name}: no C compiler that links statically\n`);
        return context.skip('no C compiler');
      }
      const seen = (text: string): Readonly<Record<string, boolean>> =>
        Object.fromEntries(
          text
            .trim()
            .split('\n')
            .map((each) => [each.replace(/ (?:ok|errno \d+)$/, ''), each.endsWith(' ok')]),
        );
      const control = seen((await it.asAgent([probe])).stdout);
      // `io`, `stack` and `syscall` are not in every kernel.
      const known = Object.keys(control).filter((name) => control[name] === true);
      expect(known).toEqual(
        expect.arrayContaining([
          'environ',
          'mem',
          'maps',
          'exe',
          'cwd',
          'fd/0',
          'process_vm_readv',
          'ptrace',
          'kill 0',
          'prlimit',
        ]),
      );
      const daemon = it.daemon.pid;
      const launcher = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${daemon}/status`, 'utf8'))?.[1]);
      for (const pid of [daemon, launcher])
        for (const who of [(words: readonly string[]) => it.asAgent(words), it.asNumber]) {
          const got = seen((await who([probe, String(pid)])).stdout);
          expect(
            known.filter((name) => got[name] === true),
            `${pid}`,
          ).toEqual(['status']);
        }
      // A Node that was started as that user is open to it; one that became it is not.
      const own = seen((await it.asSystem([probe, String(daemon)])).stdout);
      for (const name of [
        'environ',
        'mem',
        'maps',
        'exe',
        'cwd',
        'fd/0',
        'process_vm_readv',
        'process_vm_writev',
        'pidfd_getfd',
        'ptrace',
      ])
        expect([name, own[name]]).toEqual([name, false]);
      // That user's signal opens no inspector.
      await it.asSystem(['sh', '-c', `kill -USR1 ${daemon}; sleep 0.3`]);
      expect(it.daemon.output()).not.toContain('Debugger listening');
      const [file = '', ...args] = [
        ...setpriv(SYSTEM),
        process.execPath,
        '--inspect-port=0',
        '-e',
        'process.kill(process.pid, "SIGUSR1"); setTimeout(() => {}, 500)',
      ];
      const node = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: {} });
      let said = '';
      node.stderr.on('data', (chunk) => {
        said += String(chunk);
      });
      await new Promise((resolve) => node.once('exit', resolve));
      expect(said, 'the control').toContain('Debugger listening');
      const status = readFileSync(`/proc/${daemon}/status`, 'utf8');
      expect(status).toMatch(new RegExp(`^Uid:\\s+${SYSTEM}\\s+${SYSTEM}\\s+${SYSTEM}\\s+${SYSTEM}$`, 'm'));
      expect(status).toMatch(/^CapPrm:\s+0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      // Nobody who can see them learns anything from the words they were started with.
      expect(readFileSync(`/proc/${daemon}/cmdline`, 'utf8')).not.toMatch(/castellan_[a-z]_/);
    },
  );

  verifies(
    ['I1', 'A5', 'I5'],
    'of sockets it has its own agent’s gate, and with its own credential only',
    async (context) => {
      await needsReach(context);
      if (alice === undefined || bob === undefined) throw new Error('nobody is connected');
      const { root, socket, home } = it.installation;
      const gate = (agent: TestAgent): string => join(root, 'sockets', agent.id, 'gate.sock');
      const stat = statSync(gate(alice));
      expect([stat.mode & 0o777, stat.uid, stat.gid]).toEqual([0o660, SYSTEM, SHARED]);
      expect(statSync(join(root, 'sockets', alice.id)).mode & 0o7777).toBe(0o2750);
      const script = `
      const { request } = require('node:http');
      const ask = ([socketPath, method, path, credential, body]) => new Promise((resolve) => {
        const headers = { host: 'localhost', 'content-type': 'application/json', ...(credential && { authorization: 'Bearer ' + credential }) };
        const sent = request(socketPath.startsWith('/') ? { socketPath, method, path, headers } : { port: Number(socketPath), method, path, headers }, (reply) => {
          reply.resume();
          resolve(reply.statusCode);
        });
        sent.once('error', (error) => resolve(error.code));
        sent.end(body);
      });
      (async () => { for (const each of JSON.parse(process.argv[1])) console.log(await ask(each)); })();`;
      const ask = async (asked: readonly (readonly (string | null)[])[]): Promise<readonly string[]> =>
        (await it.asAgent([process.execPath, '-e', script, JSON.stringify(asked)])).stdout.trim().split('\n');
      const call = JSON.stringify({ tool: 'Read', input: { file_path: '/etc/hostname' }, session: 's1', cwd: '/' });
      const port = String(it.daemon.state.port);
      const people = ['/v1/approvals', '/v1/ledger', '/v1/policy', '/v1/status', '/v1/agents', '/v1/secrets'];
      const mine = (path: string) =>
        ask([[gate(alice as TestAgent), 'POST', path, (alice as TestAgent).credential, call]]);
      expect(await mine('/v1/calls'), 'the control: it is known there, whatever is thought of the call').toEqual([
        expect.stringMatching(/^(?:200|400)$/),
      ]);
      const refused = await ask([
        [gate(alice), 'POST', '/v1/calls', null, call],
        [gate(alice), 'POST', '/v1/calls', bob.credential, call],
        [gate(bob), 'POST', '/v1/calls', alice.credential, call],
        [gate(alice), 'POST', '/v1/calls', it.daemon.state.token, call],
        ...people.map((path) => [gate(alice as TestAgent), 'GET', path, (alice as TestAgent).credential]),
        ...people.map((path) => [port, 'GET', path, (alice as TestAgent).credential]),
        ...people.map((path) => [port, 'GET', path, null]),
      ]);
      for (const status of refused) expect(status).toMatch(/^(?:401|403|404)$/);
      expect(
        await ask([
          [it.daemon.socket, 'GET', '/v1/status', null],
          [`${home}/sockets/${alice.id}/gate.sock`, 'GET', '/v1/status', null],
          [socket, 'GET', '/', null],
        ]),
      ).toEqual(['EACCES', 'EACCES', 'EACCES']);
    },
  );

  verifies(['I1'], 'the checklist says that there are two, and what is not as it was made', async () => {
    const seen = async (): Promise<ReadonlyMap<string, CheckItem>> => {
      const { checks } = (await it.daemon.request('GET', '/v1/checks')).json() as { checks: readonly CheckItem[] };
      return new Map(checks.map((one) => [one.id, one]));
    };
    const before = await seen();
    for (const id of ['two-users', 'user', 'state', 'state-above', 'sockets'])
      expect(before.get(id) ?? { state: 'good' }, id).toMatchObject({ state: 'good' });
    // What the attacks before this one planted is told; the folder of the data is as it was.
    const wrong = (all: ReadonlyMap<string, CheckItem>) =>
      [...all.values()].filter(({ title }) => title === `folder ${it.installation.home}`);
    expect(wrong(before)).toEqual([]);
    chmodSync(it.installation.home, 0o750);
    try {
      const after = await seen();
      expect(after.get('state')).toMatchObject({ state: 'bad' });
      expect(wrong(after)).toMatchObject([{ state: 'bad', fix: expect.stringContaining('system install') }]);
    } finally {
      chmodSync(it.installation.home, 0o700);
    }
  });
});
