// Schedules, through the real daemon: what is due starts, once, by the same gate as everything else; a daemon that is killed, a
// machine that slept and a clock that is set start nothing twice and hide nothing.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Occasion, Schedule, ScheduleView } from '@castellan/contract';
import { inRoot, json, tempFolder, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { type ScriptWorld, script, scriptWorld } from './support/script-server.ts';
import { deskOf } from './support/scripts.ts';
import { ofKind, until, type World, world } from './support/world.ts';

vi.setConfig({ testTimeout: 180_000 });

const EACH_SECOND = '* * * * * *';
const DAY = 86_400_000;

async function asked<T>({ daemon }: Pick<World, 'daemon'>, method: string, path: string, body?: object): Promise<T> {
  const reply = await daemon.request(method, path, body === undefined ? {} : { body });
  expect(reply.status, reply.text).toBe(200);
  return reply.json() as T;
}
const schedule = (it: Pick<World, 'daemon'>, more: object = {}): Promise<Schedule> =>
  asked(it, 'POST', '/v1/schedules', {
    ...{ name: 'nightly', cron: '0 3 * * *', timeZone: 'Europe/Berlin' },
    target: { kind: 'script', script: 'nightly', args: [] },
    ...more,
  });
const view = (it: Pick<World, 'daemon'>, id: string): Promise<ScheduleView> => asked(it, 'GET', `/v1/schedules/${id}`);
const occasion = (
  it: Pick<World, 'daemon'>,
  id: string,
  outcome: Occasion['outcome'],
): Promise<Occasion & { readonly view: ScheduleView }> =>
  until(`an occasion that is ${outcome}`, async () => {
    const seen = await view(it, id);
    const found = seen.occasions.find((each) => each.outcome === outcome);
    return found === undefined ? undefined : { ...found, view: seen };
  });
const hello: Parameters<typeof scriptWorld>[0] = (response, seen, request) =>
  json({ said: 'hello' })(response, seen, request);
const posts = (at: Pick<ScriptWorld, 'host'>): string =>
  script({ hosts: at.host }, `return http.post("http://${at.host}/items", json={"n": 1}).status`);

verifies(
  ['S9'],
  'an approved script runs when it is due, by the same gate: a confirm waits for the person, a deny holds, everything is on record',
  async () => {
    await using at = await scriptWorld(hello, { modules: { scripts: { tools: { http_send: 'confirm' } } } });
    const digest = await at.approved('nightly', posts(at));
    const { id, why } = await schedule(at.it, { cron: EACH_SECOND, times: 2, overlap: 'queue' });
    expect(why).toBeNull();
    const [first] = await at.it.waiting();
    expect(first?.module).toBe('scripts');
    expect(at.server.connections()).toBe(0);
    expect((await occasion(at.it, id, 'running')).endedAt).toBeNull();
    if (first !== undefined) await at.it.approve(first);
    const { run, view: seen } = await occasion(at.it, id, 'succeeded');
    expect(seen.schedule.words).toBe('every second');
    expect(at.server.seen).toHaveLength(1);
    // One waited meanwhile, and no more; this time the person says no.
    const second = await until('another approval', async () =>
      (await at.it.approvals()).find((each) => each.state.kind === 'pending' && each.id !== first?.id),
    );
    await at.it.deny(second, 'not tonight');
    const failed = await occasion(at.it, id, 'failed');
    expect(failed.text).not.toBe('');
    expect(at.server.seen).toHaveLength(1);
    const over = await view(at.it, id);
    expect(over.schedule).toMatchObject({ started: 2, nextAt: null, why: 'it was started as often as it was to be' });
    const made = await asked<object>(at.it, 'GET', `/v1/runs/${run}`);
    expect(made).toMatchObject({ schedule: id, by: 'schedule:nightly', digest, outcome: 'succeeded' });
    const records = await at.it.records();
    const steps = ofKind(records, 'schedule').map(({ change }) => change);
    expect(steps.filter((change) => change === 'started')).toHaveLength(2);
    expect(steps.filter((change) => change === 'ended')).toHaveLength(2);
    expect(ofKind(records, 'attempt').filter(({ origin }) => origin === 'script')).toHaveLength(2);
  },
);

verifies(
  ['S9', 'S3'],
  'what nobody approved does not run and says why: never approved, disabled, another version than the one it names',
  async () => {
    await using at = await scriptWorld(hello);
    const missing = await at.it.daemon.request('POST', '/v1/schedules', {
      body: { name: 'x', cron: '@daily', timeZone: 'UTC', target: { kind: 'script', script: 'nope', args: [] } },
    });
    expect(missing.status).toBe(400);
    const { digest } = await at.desk.propose('nightly', posts(at));
    const pinned = { target: { kind: 'script', script: 'nightly', args: [], digest } };
    const { id, why } = await schedule(at.it, { cron: EACH_SECOND });
    expect(why).toBe('no version of script `nightly` is approved');
    expect((await occasion(at.it, id, 'skipped')).text).toBe(why);
    expect(at.server.seen).toHaveLength(0);
    const other = await schedule(at.it, { ...pinned, name: 'pinned' });
    expect((await at.desk.approve('nightly', digest)).status).toBe(200);
    await occasion(at.it, id, 'succeeded');
    expect((await view(at.it, other.id)).schedule.why).toBeNull();
    await at.approved('nightly', posts(at).replace('"n": 1', '"n": 2'));
    expect((await view(at.it, other.id)).schedule.why).toContain('another version');
    const pressed = await at.it.daemon.request('POST', `/v1/schedules/${other.id}/run`);
    expect(pressed.status).toBe(409);
    await asked(at.it, 'POST', '/v1/scripts/nightly/disable', { reason: 'enough' });
    const before = at.server.seen.length;
    await until('it is left out again', async () => {
      const { occasions } = await view(at.it, id);
      return occasions[0]?.outcome === 'skipped' ? true : undefined;
    });
    expect(at.server.seen.length - before).toBeLessThanOrEqual(1);
  },
);

verifies(
  ['S9'],
  'killed while it runs: nothing is started twice, the end of what ran is unknown, and the next time comes',
  async () => {
    const home = join(tempFolder(), 'state');
    const slow = script({ limits: 'time=300s' }, '[time.sleep(25) for i in range(10)]', 'return 1');
    const first = await world({}, { home });
    const desk = deskOf(first);
    const { digest } = await desk.propose('nightly', slow);
    expect((await desk.approve('nightly', digest)).status).toBe(200);
    const { id } = await schedule(first, { cron: EACH_SECOND, times: 1 });
    // Noted, recorded, and begun.
    await until('its run', async () => (await view(first, id)).occasions[0]?.run);
    await first.daemon.kill();
    await using again = await world({}, { home });
    const unknown = await occasion(again, id, 'unknown');
    expect(unknown.text).toBe('the daemon ended while it ran');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const after = await view(again, id);
    expect(after.occasions).toHaveLength(1);
    expect(after.schedule).toMatchObject({ started: 1, nextAt: null });
    const started = ofKind(await again.records(), 'schedule').filter(({ change }) => change === 'started');
    expect(started).toHaveLength(1);
    expect((await again.verify()).kind).toBe('verified');
  },
);

verifies(
  ['S9'],
  'the machine slept for days, or its clock was set: left out and said, or made up for once; set back, nothing is due again',
  async () => {
    const offset = join(tempFolder(), 'offset');
    writeFileSync(offset, '0');
    const env = {
      CLOCK_OFFSET: offset,
      NODE_OPTIONS: `--import ${inRoot('test', 'e2e', 'support', 'fake-clock.mjs')}`,
    };
    await using it = await world({}, { env });
    const desk = deskOf(it);
    const { digest } = await desk.propose('nightly', 'def main():\n    return 1\n');
    expect((await desk.approve('nightly', digest)).status).toBe(200);
    const skips = await schedule(it, { name: 'skips' });
    const once = await schedule(it, { name: 'once', missed: 'once' });
    // Half a day past the third time from now: late for all of them.
    const due = (await view(it, once.id)).next[2] ?? 0;
    writeFileSync(offset, String(due + DAY / 2 - Date.now()));
    const missed = await occasion(it, skips.id, 'missed');
    expect(missed.text).toMatch(/^the daemon was not running, or the machine slept: due 3 times, /);
    const made = await occasion(it, once.id, 'succeeded');
    expect(made.text).toContain('begun late');
    expect(made.dueAt).toBe(due);
    writeFileSync(offset, '0');
    await new Promise((resolve) => setTimeout(resolve, 7000));
    expect((await view(it, skips.id)).occasions).toHaveLength(1);
    const seen = await view(it, once.id);
    expect(seen.occasions.map(({ outcome }) => outcome).toSorted()).toEqual(['missed', 'succeeded']);
    expect(seen.schedule.started).toBe(1);
  },
);

verifies(
  ['S9', 'A5'],
  'no agent and no program without a person makes, changes or starts a schedule; what is wrong is said by its field',
  async () => {
    await using it = await world({});
    const desk = deskOf(it);
    const { digest } = await desk.propose('nightly', 'def main():\n    return 1\n');
    expect((await desk.approve('nightly', digest)).status).toBe(200);
    const { id } = await schedule(it);
    const agent = await it.connect();
    const body = {
      name: 'mine',
      cron: '@hourly',
      timeZone: 'UTC',
      target: { kind: 'script', script: 'nightly', args: [] },
    };
    for (const token of [agent.credential, it.daemon.state.token]) {
      for (const [method, path, sent] of [
        ['POST', '/v1/schedules', body],
        ['PATCH', `/v1/schedules/${id}`, { paused: true }],
        ['POST', `/v1/schedules/${id}/run`, undefined],
        ['DELETE', `/v1/schedules/${id}`, undefined],
      ] as const) {
        const reply = await it.daemon.request(method, path, { token, ...(sent !== undefined && { body: sent }) });
        expect(reply.status, `${method} ${path}`).toBe(403);
      }
    }
    expect((await view(it, id)).schedule.paused).toBe(false);
    for (const [field, wrong] of [
      ['cron', { cron: '61 * * * *' }],
      ['cron', { cron: '0 0 30 2 *' }],
      ['timeZone', { timeZone: '+02:00' }],
      ['timeZone', { timeZone: 'Europe/Nowhere' }],
      ['target', { target: { kind: 'agent', agent: agent.id, prompt: 'hello', workspace: '/tmp' } }],
    ] as const) {
      const reply = await it.daemon.request('POST', '/v1/schedules', { body: { ...body, ...wrong } });
      expect(reply.status, JSON.stringify(wrong)).toBe(400);
      expect(reply.json()).toMatchObject({ faults: [{ path: field }] });
    }
  },
);
