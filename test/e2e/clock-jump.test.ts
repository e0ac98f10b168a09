// The machine's clock jumps while the daemon runs, and while it does not: by hand, by a bad time server, by an attacker.
// Nothing a person allowed lives longer for it, and no question is cut short.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fault, inRoot, tempFolder } from '@castellan/testkit';
import { expect } from 'vitest';
import {
  agentOver,
  DELETE,
  MAIL,
  ofKind,
  sleep,
  type TestAgent,
  UNHURRIED,
  type World,
  world,
} from './support/world.ts';

const YEAR = 365 * 86_400_000;
// The ten years count for a turn's time as well: it would be held, which is not what this is about.
const CONFIG = {
  approvals: { timeoutSeconds: 3 },
  limits: { ...UNHURRIED, turn: { ...UNHURRIED.turn, minutes: { pause: null, stop: null } } },
};

function movable() {
  const file = join(tempFolder(), 'offset');
  const set = (ms: number): void => writeFileSync(file, String(ms));
  set(0);
  const env = {
    CLOCK_OFFSET: file,
    NODE_OPTIONS: `--import ${inRoot('test', 'e2e', 'support', 'fake-clock.mjs')}`,
  };
  return { set, env };
}

const grant = async (it: World, agent: TestAgent, minutes: number): Promise<void> => {
  const body = { agent: agent.id, scope: { kind: 'agent' }, module: 'mail', tool: 'delete', minutes };
  expect((await it.daemon.request('POST', '/v1/grants', { body })).status).toBe(200);
};
const remove = (agent: TestAgent) => agent.pre(DELETE, { id: '1' }, { server: MAIL });
async function asks(it: World, agent: TestAgent): Promise<void> {
  const call = remove(agent);
  const [approval] = await it.waiting();
  if (approval !== undefined) await it.deny(approval);
  expect((await call).verdict).toBe('deny');
}

fault(
  'clock-jump',
  ['H8', 'H4', 'H5', 'K2'],
  'years forward and back again: grants end and stay ended, questions wait their time',
  async () => {
    const { set, env } = movable();
    const it = await world(CONFIG, { env });
    const agent = await it.connect();
    await grant(it, agent, 10);
    expect((await remove(agent)).verdict).toBe('allow');

    // Set back: the grant lives on for what is left of it and no longer; its time has not come again.
    set(-YEAR);
    expect((await remove(agent)).verdict).toBe('allow');

    // Set forward while a question waits: it is not cut short. The grant is over.
    set(10 * YEAR);
    // Whoever was signed in is not any more, and signs in again.
    await it.status();
    const started = performance.now();
    const waiting = remove(agent);
    const [approval] = await it.waiting();
    expect(approval?.state.kind).toBe('pending');
    await sleep(1000);
    expect((await it.status()).waiting).toBe(1);
    set(0);
    expect((await waiting).reason).toContain('TIMED OUT');
    expect(performance.now() - started).toBeGreaterThan(2900);
    expect(performance.now() - started).toBeLessThan(8000);

    // Back where it was: what was over does not come back, and what is granted now ends when its own time has passed.
    await asks(it, agent);
    expect(await it.grants()).toEqual([]);
    await grant(it, agent, 0.03);
    expect((await remove(agent)).verdict).toBe('allow');
    await sleep(2000);
    await asks(it, agent);

    // Nor does a restart with a clock that is years behind bring anything back.
    await grant(it, agent, 60);
    await it.daemon.stop();
    set(-2 * YEAR);
    const again = await world(CONFIG, { env, home: it.daemon.home });
    const same = agentOver(again.daemon, agent.id, agent.credential);
    expect((await again.grants()).map(({ expiresAt, createdAt }) => expiresAt - createdAt)).toEqual([3_600_000]);
    expect((await remove(same)).verdict).toBe('allow');
    set(20 * YEAR);
    await asks(again, same);
    set(-2 * YEAR);
    await asks(again, same);
    const times = (await again.records()).map(({ at }) => at);
    expect(times, 'the record never goes back in time').toEqual(times.toSorted((a, b) => a - b));
    expect(ofKind(await again.records(), 'grant').length).toBe(3);
    expect((await again.verify()).kind).toBe('verified');
    await again[Symbol.asyncDispose]();
  },
);
