// The checklist of one real daemon: as many lines as can be are broken, seen, mended at a person's word and seen again. Nobody else has
// anything mended: no agent, no token, no program of the user, nobody who only answers.
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Agent, CHECKLIST, type CheckedLine, type CheckItem, type Mended } from '@castellan/contract';
import {
  bareEnvironment,
  inRoot,
  PERSON,
  type ProcessResult,
  runProcess,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { browser, signInReply, somebody } from './support/people.ts';
import { deskOf } from './support/scripts.ts';
import { ofKind, type World, world } from './support/world.ts';

/** A program that says it is Claude Code: connecting asks for its version and nothing else. */
function machine() {
  const folder = tempFolder();
  const [bin, home] = [join(folder, 'bin'), join(folder, 'home')];
  mkdirSync(bin);
  mkdirSync(join(home, '.claude'), { recursive: true });
  writeFileSync(join(bin, 'claude'), "#!/bin/sh\necho '2.1.300 (Claude Code)'\n", { mode: 0o755 });
  const settings = join(home, '.claude', 'settings.json');
  writeFileSync(settings, '{\n  "theme": "dark"\n}\n');
  return { settings, env: { PATH: `${bin}:${bareEnvironment(home).PATH}`, HOME: home } };
}

/** What takes a message, once it is told to. */
const taken = { yes: false, many: 0 };
const server = createServer((request, response) => {
  request.resume();
  taken.many += 1;
  response.writeHead(taken.yes ? 200 : 500, { 'content-type': 'application/json' }).end('{}');
});
const { settings, env } = machine();
let it: World;
let agent: Agent;
const CONFIG = { limits: {}, redaction: { unknown: 'off' }, cloud: { services: ['api.cloud.example'] } };
const withChannel = (more: object) => ({
  ...more,
  notify: {
    channels: {
      phone: { kind: 'ntfy', server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, topic: 'castellan' },
    },
  },
});

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  it = await world(withChannel(CONFIG), { env });
  const made = await it.daemon.request('POST', '/v1/found-agents', { body: { connector: 'claude-code' } });
  agent = made.json() as Agent;
});
afterAll(async () => {
  await it[Symbol.asyncDispose]();
  server.close();
});

const castellan = (input: string, more: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  runProcess(process.execPath, [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), ...args], {
    env: { ...bareEnvironment(it.daemon.home), CASTELLAN_HOME: it.daemon.home, ...more },
    input,
    timeout: 90_000,
  });
const doctor = (...args: readonly string[]): Promise<ProcessResult> => castellan('', {}, 'doctor', ...args);

async function checks(): Promise<ReadonlyMap<string, CheckItem>> {
  const reply = await it.daemon.request('GET', '/v1/checks');
  expect(reply.status, reply.text).toBe(200);
  return new Map((reply.json() as { checks: readonly CheckItem[] }).checks.map((one) => [one.id, one]));
}
const itemOf = async (id: string): Promise<CheckItem | undefined> => (await checks()).get(id);
const mends = async () =>
  ofKind(await it.records('kind:check'), 'check').map(({ check, change, by }) => `${by} ${check} ${change}`);

describe('one daemon', () => {
  const key = (): string => join(it.daemon.home, 'daemon', 'digest.key');

  verifies(['R2', 'W1'], 'whatever is broken is a line that says what was seen and what to do', async () => {
    expect((await checks()).get('hooks')).toMatchObject({ state: 'good' });
    chmodSync(key(), 0o644);
    writeFileSync(settings, '{\n  "theme": "dark"\n}\n');
    await deskOf(it).propose('tidy', 'def main():\n    return [1]\n');
    // In whose name it runs is an agent of our own, which nobody starts and nothing walls in.
    const { script, digest } = await deskOf(it).propose('said', 'def main():\n    return 1\n');
    expect((await deskOf(it).approve(script, digest)).status).toBe(200);
    await deskOf(it).run(script);
    const token = { name: 'ci', permissions: ['approvals:resolve'], days: 3 };
    expect((await it.daemon.request('POST', '/v1/api-tokens', { body: token })).status).toBe(200);
    expect((await signInReply(it.daemon, { name: 'mia', password: 'not this one at all' })).status).toBe(401);
    await expect.poll(async () => (await itemOf('hooks'))?.state).toBe('bad');

    const seen = await checks();
    expect(seen.get('state')).toMatchObject({
      ...{ state: 'bad', evidence: `\`${key()}\` is open to others (mode 644)` },
      mends: 'close one file or folder to others',
    });
    expect(seen.get('hooks')).toMatchObject({ mends: expect.stringContaining('put the entries of') });
    expect(seen.get('agents')?.evidence).not.toContain('`castellan`');
    expect(seen.get('agents-walls')?.evidence).not.toContain('`castellan`');
    expect(seen.get('sockets')).toMatchObject({ state: 'good', evidence: '1 looked at' });
    expect(seen.get('proven')).toMatchObject({ state: 'warn' });
    expect(seen.get('channels')).toMatchObject({ state: 'bad', mends: 'send a test message through `phone`' });
    expect(seen.get('ledger-verified')).toMatchObject({ state: 'unknown', mends: 'verify every byte of the ledger' });
    expect(seen.get('scripts')).toMatchObject({ state: 'warn', evidence: '`tidy`: since today' });
    expect(seen.get('api-tokens-answer')).toMatchObject({ state: 'warn' });
    expect(seen.get('api-tokens-end')).toMatchObject({ state: 'warn' });
    expect(seen.get('defaults')).toMatchObject({ state: 'warn', evidence: '`cloud.services: api.cloud.example`' });
    expect(seen.get('redaction')).toMatchObject({ state: 'bad' });
    expect(seen.get('second-factor')).toMatchObject({ state: 'warn' });
    expect(seen.get('sign-in-tries')?.evidence).toMatch(/^1 of \d+ tries in the last 24 hours failed$/);
    for (const id of ['set-up', 'passwords', 'listen', 'ledger', 'clock', 'version', 'faults', 'pinned'])
      expect(seen.get(id), id).toMatchObject({ state: 'good', fix: '' });
    expect(seen.get('backup')).toMatchObject({ state: 'warn', evidence: 'there is none yet' });
    expect(seen.get('runbook')).toMatchObject({ state: 'warn' });
    for (const id of ['panic', 'undo', 'retention', 'forwards'])
      expect(seen.get(id), id).toMatchObject({ state: 'good' });
    expect(seen.get('disk')?.evidence).toContain(' are free');

    const { code, stdout } = await doctor();
    expect(code).toBe(1);
    expect(stdout).toContain('FAIL  The state folder is yours alone');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('doctor --fix` would send a test message through `phone`');
  });

  verifies(['R2'], 'every line of the checklists is printed with what was seen of it', async () => {
    const { code, stdout } = await doctor('--checklist', '--json');
    expect(code).toBe(1);
    const { checklist } = JSON.parse(stdout) as { readonly checklist: readonly CheckedLine[] };
    expect(checklist.map(({ from, id }) => `${from} ${id}`)).toEqual(CHECKLIST.map(({ from, id }) => `${from} ${id}`));
    // Whatever can be looked at was: a line with items that nothing answers would be one of paper.
    expect(checklist.filter(({ items, seen }) => items.length > 0 && seen.length === 0)).toEqual([]);
    const line = (from: string, id: string) => checklist.find((each) => each.from === from && each.id === id)?.state;
    expect(line('OpenPact', 'defaults')).toBe('bad');
    expect(line('OpenPact', 'tls')).toBe('good');
    expect(line('OpenTidy', 'token')).toBe('bad');
    expect(line('Opta', 'loopback')).toBe('good');
    const text = (await doctor('--checklist')).stdout;
    expect(text).toMatch(/^OpenPact, before deployment$/m);
    expect(text).toContain('  FAIL  the token lies where nobody else reads');
    expect(Math.max(...text.split('\n').map((each) => each.length))).toBeLessThanOrEqual(100);
  });

  verifies(['R2', 'A5', 'A12', 'A13'], 'nobody but an admin who is there has anything mended', async () => {
    const mia = await browser(it.daemon);
    const approver = (await somebody(it.daemon, mia.send, 'alex', 'approver')).browser;
    const viewer = (await somebody(it.daemon, mia.send, 'vera', 'viewer')).browser;
    const hook = await it.connect('hostile');
    const asked = { name: 'mend', permissions: ['checks:fix'], days: 3 };
    expect((await it.daemon.request('POST', '/v1/api-tokens', { body: asked })).status).toBe(400);
    const allowed = { name: 'look', permissions: ['status:read', 'policy:write', 'agents:write'], days: 3 };
    const made = (await it.daemon.request('POST', '/v1/api-tokens', { body: allowed })).json() as { token: string };
    const path = '/v1/checks/state/fix';
    chmodSync(key(), 0o644);
    for (const token of [hook.credential, made.token, it.daemon.state.token])
      expect((await it.daemon.request('POST', path, { token, body: {} })).status).toBe(403);
    for (const who of [approver, viewer]) expect((await who.send('POST', path, { body: {} })).status).toBe(403);
    expect((await it.daemon.request('POST', path, { token: null, body: {} })).status).toBe(401);
    // Not with the terminal of somebody who signed in, either: an agent that runs there is seen.
    const under = await castellan('', { CLAUDECODE: '1' }, 'doctor', '--fix', '--yes');
    expect(under).toMatchObject({ code: 2, stderr: expect.stringContaining('runs under an agent') });
    expect((await doctor('--fix', '--yes')).stderr).toContain('castellan login');
    expect(statSync(key()).mode & 0o777).toBe(0o644);
    expect(await mends()).toEqual([]);
  });

  verifies(
    ['R2', 'L5', 'W1'],
    'what can be mended is shown, done when the person says so, and on record first',
    async () => {
      const { code, stderr } = await castellan(
        `${PERSON.password}\n`,
        {},
        ...['login', '--name', PERSON.name, '--password-stdin'],
      );
      expect(code, stderr).toBe(0);
      // Nobody sits there, and nobody said yes.
      const unasked = await doctor('--fix');
      expect(unasked).toMatchObject({
        code: 64,
        stdout: expect.stringContaining('close one file or folder to others'),
      });
      expect(await mends()).toEqual([]);

      const first = await doctor('--fix', '--yes');
      expect(first.stdout).toContain('1 closed to others');
      expect(first.stdout).toMatch(/`claude-code`|`Claude Code`|entries of/);
      expect(first.code, first.stdout).toBe(1);
      expect(statSync(key()).mode & 0o777).toBe(0o600);
      expect(readFileSync(settings, 'utf8')).toContain('PreToolUse');
      const after = await mends();
      expect(after.filter((each) => each.includes(' state '))).toEqual([
        'person:mia state begun',
        'person:mia state mended',
      ]);
      expect(after).toContain('person:mia hooks mended');
      expect(after).toContain('person:mia ledger-verified mended');
      // The channel did not take it: that is said, and the line stays.
      expect(taken.many).toBeGreaterThan(0);
      expect(after).toContain('person:mia channels failed');
      expect(await itemOf('channels')).toMatchObject({ state: 'bad' });
      // What is left is the agent of the test before, which was connected by hand.
      await expect
        .poll(async () => await itemOf('hooks'))
        .toMatchObject({ state: 'unknown', evidence: expect.stringMatching(/^`?hostile`?: connected by hand/) });
      const seen = await checks();
      expect(seen.get('state')).toMatchObject({ state: 'good' });
      expect(seen.get('ledger-verified')).toMatchObject({
        state: 'good',
        evidence: expect.stringContaining('none changed'),
      });
      const ids = (await it.daemon.request('GET', '/v1/agents')).json() as { agents: readonly Agent[] };
      expect(ids.agents.map(({ id }) => id)).toContain(agent.id);

      const page = await browser(it.daemon);
      const again = await page.send('POST', '/v1/checks/channels/fix', { body: {} });
      expect(again.json() as Mended).toMatchObject({
        done: [expect.stringContaining('`phone`: ')],
        item: { state: 'bad' },
      });
      taken.yes = true;
      // By this or by what was tried again meanwhile: once it took one there is nothing to do.
      await expect
        .poll(async () => (await page.send('POST', '/v1/checks/channels/fix', { body: {} })).status)
        .toBe(409);
      expect(await itemOf('channels')).toMatchObject({ state: 'good' });
      expect(await page.send('POST', '/v1/checks/redaction/fix', { body: {} })).toMatchObject({
        status: 409,
        text: expect.stringContaining('redaction.unknown: likely'),
      });
      expect((await page.send('POST', '/v1/checks/nothing/fix', { body: {} })).status).toBe(404);
    },
  );

  verifies(['R2', 'W1'], 'what a person mends is seen', async () => {
    const config = withChannel({ schema: 'castellan/config/v1', redaction: { unknown: 'likely' } });
    writeFileSync(join(it.daemon.home, 'config.yaml'), JSON.stringify(config));
    await expect.poll(async () => (await itemOf('redaction'))?.state).toBe('good');
    expect(await itemOf('defaults')).toMatchObject({ state: 'good' });
    const desk = deskOf(it);
    const [version] = (await desk.view('tidy')).versions;
    await it.daemon.request('POST', '/v1/scripts/tidy/reject', {
      body: { digest: version?.digest, reason: 'not now' },
    });
    expect(await itemOf('scripts')).toMatchObject({ state: 'good' });
  });
});
