// One bad day, as far as Castellan goes (R3, L5): one action stops every surface, outlives restarts, and is led back from step by
// step; a second panic on the way is not lifted with the first, and no agent declares, ends or explains one away.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident, IncidentReport, PanicView, RecoveryView } from '@castellan/contract';
import { bareEnvironment, type HttpResponse, runProcess, startDaemon, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { admin, okJson } from './support/accounts.ts';
import { watched } from './support/escapes.ts';
import { PROGRAM } from './support/mcp.ts';
import { program, refresh } from './support/people.ts';
import { script, scriptWorld } from './support/script-server.ts';
import { MAIL, ofKind, SEND, until, type World, world, worldOf } from './support/world.ts';

vi.setConfig({ testTimeout: 180_000 });

const LETTER = { to: 'ada@example.com', subject: 'hello', body: 'hello' };
const READ = { file_path: '/etc/hostname' };

const post = (it: Pick<World, 'daemon'>, path: string, body: object = {}): Promise<HttpResponse> =>
  it.daemon.request('POST', path, { body });
const recovery = async (it: Pick<World, 'daemon'>): Promise<RecoveryView> =>
  okJson(await it.daemon.request('GET', '/v1/recover'));
const step = async (it: Pick<World, 'daemon'>, name: string, body: object = {}): Promise<RecoveryView> =>
  okJson(await post(it, `/v1/recover/${name}`, body));
const panicFile = (it: Pick<World, 'daemon'>): string => join(it.daemon.home, 'daemon', 'panic.json');

/** Every step but the last. */
async function walked(it: Pick<World, 'daemon'>, accept: readonly string[] = []): Promise<void> {
  await step(it, 'look');
  await step(it, 'secrets', { accept });
  for (const name of ['people', 'agents', 'scripts', 'rules']) await step(it, name);
}

verifies(
  ['R3', 'L5'],
  'a panic stops every surface in one action, says what it did, and ends only by the steps that lead back',
  async () => {
    // A server that never answers: a run of a script that goes on until it is ended.
    await using at = await scriptWorld(() => undefined);
    const { it } = at;
    const mia = await admin(it.daemon);
    const other = await program(it.daemon);
    const { token } = await mia.post<{ token: string }>('/v1/api-tokens', {
      name: 'ci',
      permissions: ['status:read'],
      days: 1,
    });
    const agent = await it.connect('claude');
    expect((await agent.pre('Read', READ)).verdict).toBe('allow');
    await at.keep('GREET', 'a-Value-nobody-has-seen-1');
    await at.approved(
      'hanging',
      script(
        { hosts: at.host, secrets: 'GREET', limits: 'time=300s' },
        'key = secrets.get("GREET")',
        `return http.get("http://${at.host}/slow", headers={"x-key": key}, timeout=300).status`,
      ),
    );
    const schedule = await mia.post<{ id: string }>('/v1/schedules', {
      ...{ name: 'nightly', cron: '0 3 * * *', timeZone: 'Europe/Berlin' },
      target: { kind: 'script', script: 'hanging', args: [] },
    });
    const running = post(it, '/v1/scripts/hanging/run', { args: [] });
    await until('the request of the run', () => at.server.seen[0]);
    const waiting = agent.pre(SEND, LETTER, { server: MAIL });
    await it.waiting(1);

    const answer = await post(it, '/v1/panic', { note: 'it reads my mail' });
    const { incident, deniedAfterMs } = okJson<PanicView>(answer);
    expect(deniedAfterMs).toBeLessThan(1000);
    expect(incident.did.filter(({ failed }) => failed !== null)).toEqual([]);
    expect(Object.fromEntries(incident.did.map(({ step: name, count }) => [name, count]))).toMatchObject({
      ...{ agents: 1, approvals: 1, runs: 1, scripts: 1, schedules: 1, tokens: 1, file: 1, record: 1 },
    });

    // What waited, what ran, and whoever comes now.
    const denied = await waiting;
    expect([denied.verdict, denied.status]).not.toContain('allow');
    expect(denied.verdict).not.toBe('allow');
    expect((await running).text).toContain('a panic was declared');
    expect((await agent.pre('Read', READ)).status).toBe(401);
    const late = await it.connect('late');
    const refused = await late.pre('Read', READ);
    expect([refused.verdict, refused.reason]).toEqual(['deny', expect.stringContaining('panic')]);
    const checked = await late.check('Read', READ);
    expect([checked.kind, checked.reasons[0]?.source]).toEqual(['refused', 'panic']);
    expect((await it.daemon.request('GET', '/v1/status', { token })).status).toBe(401);
    expect((await other.send('GET', '/v1/me')).status).toBe(401);
    expect((await refresh(it.daemon, other.refresh)).status).toBe(401);
    expect((await mia.send('GET', '/v1/me')).status).toBe(401);
    expect((await it.status()).alarms.map(({ kind }) => kind)).toContain('panic');
    const paused = okJson<{ schedule: { paused: boolean } }>(
      await it.daemon.request('GET', `/v1/schedules/${schedule.id}`),
    );
    expect(paused.schedule.paused).toBe(true);
    expect((await post(it, '/v1/scripts/hanging/run', { args: [] })).status).not.toBe(200);

    // No agent ends it, none removes it: the file is written again, and a daemon that starts without it knows.
    for (const path of ['/v1/panic', '/v1/recover/close', '/v1/recover/look', `/v1/incidents/${incident.id}/close`])
      expect((await it.daemon.request('POST', path, { token: late.credential, body: {} })).status).toBe(403);
    expect(
      (await it.daemon.request('POST', '/v1/recover/close', { token: it.daemon.state.token, body: {} })).status,
    ).toBe(403);
    rmSync(panicFile(it));
    await until('the file again', () => (existsSync(panicFile(it)) ? true : undefined));
    expect((await late.pre('Read', READ)).verdict).toBe('deny');

    // What happened.
    const told = okJson<{ report: IncidentReport; markdown: string }>(
      await it.daemon.request('GET', `/v1/incidents/${incident.id}/report`),
    );
    expect(told.report.calls.some(({ tool, ran }) => tool.endsWith('/Read') && ran)).toBe(true);
    expect(told.report.calls.some(({ tool, ran }) => tool === 'mail/send' && !ran)).toBe(true);
    expect(told.report.secrets).toMatchObject([{ name: 'GREET', rotated: false, hosts: [at.host] }]);
    expect(told.report.todo.join()).toContain('GREET');
    expect(told.markdown).toContain('## Secrets that were used');
    expect(JSON.stringify(told)).not.toContain('a-Value-nobody-has-seen-1');

    // The way back, in order.
    expect((await recovery(it)).next).toBe('look');
    expect((await post(it, '/v1/recover/close')).status).toBe(409);
    await step(it, 'look');
    const kept = await post(it, '/v1/recover/secrets');
    expect([kept.status, kept.text]).toEqual([409, expect.stringContaining('GREET')]);
    expect((await post(it, '/v1/secrets/GREET/rotate', { value: 'another-Value-nobody-saw-2' })).status).toBe(200);
    await step(it, 'secrets');
    await step(it, 'people');
    await step(it, 'agents');
    await step(it, 'scripts', { scripts: ['hanging'], schedules: [schedule.id] });
    await step(it, 'rules');

    // Declared again while it is being ended: the close of the first one lifts nothing.
    const [closing, again] = await Promise.all([post(it, '/v1/recover/close'), post(it, '/v1/panic')]);
    expect(again.status).toBe(200);
    if (closing.status === 200) expect(okJson<PanicView>(again).incident.id).not.toBe(incident.id);
    expect((await late.pre('Read', READ)).status).toBe(401);
    const third = await it.connect('third');
    expect((await third.pre('Read', READ)).verdict).toBe('deny');
    await walked(it);
    const over = await step(it, 'close');
    expect([over.incident, over.next]).toEqual([null, null]);
    expect(existsSync(panicFile(it))).toBe(false);
    const fresh = await it.connect('fresh');
    expect((await fresh.pre('Read', READ)).verdict).toBe('allow');
    expect((await it.status()).alarms.map(({ kind }) => kind)).not.toContain('panic');

    const records = await it.records();
    const changes = ofKind(records, 'incident-step').map(({ change, step: name }) => name ?? change);
    expect(changes).toEqual(expect.arrayContaining(['declared', 'stopped', 'look', 'secrets', 'close', 'closed']));
    expect(await it.verify()).toMatchObject({ kind: 'verified' });
  },
);

verifies(
  ['R3'],
  'declared with no daemon running, it is in force from the first step of the next start on, whatever stands in the file',
  async () => {
    const first = await world();
    const agent = await first.connect('claude');
    const { home } = first.daemon;
    await first.daemon.stop();
    const env = { ...bareEnvironment(join(home, '..')), CASTELLAN_HOME: home };
    const said = await runProcess(process.execPath, [PROGRAM, 'panic', '--json'], { env, cwd: '/', timeout: 60_000 });
    expect(said.code, said.stderr).toBe(0);
    expect(JSON.parse(said.stdout)).toMatchObject({ offline: true });
    const file = join(home, 'daemon', 'panic.json');
    expect(existsSync(file)).toBe(true);
    // An attacker with the file says that it is over, or puts something else in its place: it lies there.
    for (const forge of [
      () => writeFileSync(file, '{"schema":"castellan/panic/v1","over":true,"epoch":0}'),
      () => {
        rmSync(file);
        mkdirSync(file);
      },
      // Removed while nobody looks: the database knows.
      () => rmSync(file, { recursive: true }),
    ]) {
      forge();
      await using it = worldOf(await startDaemon({ home }));
      const late = await it.connect('late');
      expect((await late.pre('Read', READ)).verdict).toBe('deny');
      const open = await until('what it did', async () => {
        const { incident } = await recovery(it);
        return incident !== null && incident.did.length > 0 ? incident : undefined;
      });
      expect(open.openedBy).toBe('program:local');
      expect((await agent.pre('Read', READ).catch(() => ({ status: 401 }))).status).toBe(401);
      await it.daemon.stop();
    }
    // Declared once more with nobody running, after all but the last step: the way back begins anew.
    {
      await using it = worldOf(await startDaemon({ home }));
      await walked(it);
      expect((await recovery(it)).next).toBe('close');
      await it.daemon.stop();
    }
    await runProcess(process.execPath, [PROGRAM, 'panic', '--json'], { env, cwd: '/', timeout: 60_000 });
    await using it = worldOf(await startDaemon({ home }));
    await until('the second one', async () => ((await recovery(it)).incident?.declared === 3 ? true : undefined));
    expect((await post(it, '/v1/recover/close')).status).toBe(409);
    // Whoever starts it, or asks what comes next, is told so: nothing else would lead anywhere.
    for (const args of [['up'], []])
      expect(
        (await runProcess(process.execPath, [PROGRAM, ...args], { env, cwd: '/', timeout: 60_000 })).stdout,
      ).toMatch(/a panic is in force: nothing is let through[\s\S]*castellan(?:\.mjs)? recover/);
    // Whoever steals the state folder's own token only ever closes more.
    const { incidents } = okJson<{ incidents: Incident[] }>(await it.daemon.request('GET', '/v1/incidents'));
    expect(incidents).toHaveLength(1);
    await walked(it);
    await step(it, 'close');
    const back = await it.connect('back');
    expect((await back.pre('Read', READ)).verdict).toBe('allow');
    // And while it runs: a file that somebody writes is a panic.
    writeFileSync(file, 'x');
    await until('the panic', async () => ((await back.pre('Read', READ)).verdict === 'allow' ? undefined : true));
    expect((await recovery(it)).incident).not.toBeNull();
  },
);

const onLinux = { skip: process.platform !== 'linux' };
if (onLinux.skip) process.stderr.write('SKIPPED: programs of agents are seen, and ended, on Linux alone\n');

/** Whether a program runs that was started by these words. */
const runs = (...words: readonly string[]): boolean =>
  readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `${words.join('\0')}\0`;
    } catch {
      // It ended meanwhile.
      return false;
    }
  });

verifies(
  ['R3'],
  'where it is asked to, a panic ends the programs of agents with everything they started, and nobody else’s',
  async () => {
    await using at = await watched();
    const own = spawn('sleep', ['3103'], { stdio: 'ignore' });
    try {
      at.does('sleep 3101 & sh -c "sleep 3102; :" &');
      await at.rings('sleep 3101');
      await until('the other one', () => runs('sleep', '3102') || undefined);
      expect(['3101', '3102', '3103'].map((time) => runs('sleep', time))).toEqual([true, true, true]);
      const { incident } = okJson<PanicView>(await post(at, '/v1/panic', { kill: true }));
      const ended = incident.did.find(({ step: name }) => name === 'processes');
      expect(ended?.failed).toBeNull();
      expect(ended?.count).toBeGreaterThanOrEqual(3);
      await until('the end of both', () => (runs('sleep', '3101') || runs('sleep', '3102') ? undefined : true));
      expect(runs('sleep', '3103')).toBe(true);
    } finally {
      own.kill('SIGKILL');
    }
  },
  onLinux,
);
