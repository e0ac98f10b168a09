// The pool itself: who runs when, who waits, who is told that it is busy, what is left when it is closed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noLimitsHere } from '@castellan/testkit';
import { describe, expect, it } from 'vitest';
import type { PoolUser, ScriptHost, ScriptOutcome, ScriptPlace, ScriptPool } from '../src/index.ts';
import { NEVER, NOBODY, noting, openPool, specOf, told } from './support/pools.ts';

const HOSTILE = join(import.meta.dirname, 'children/hostile.mjs');
const SPIN = 'def main():\n  for i in range(1000000000): pass';
const endless = specOf(SPIN, { limits: { seconds: 300, steps: 1_000_000_000 } });

/** Processes that this one has started and that are still there. */
function childrenHere(): readonly string[] {
  const ids = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return ids.filter((id) => /bwrap|prlimit|permission/.test(readFileSync(`/proc/${id}/cmdline`, 'utf8')));
}

/** A host that is asked and does not answer before it is told to. */
function holding(): { readonly host: ScriptHost; readonly asked: Promise<AbortSignal>; readonly answer: () => void } {
  const asked = Promise.withResolvers<AbortSignal>();
  const answered = Promise.withResolvers<void>();
  const host: ScriptHost = async (_call, { signal }) => {
    asked.resolve(signal);
    await answered.promise;
    return { kind: 'value', value: 7 };
  };
  return { host, asked: asked.promise, answer: () => answered.resolve() };
}

const ASK = specOf('result = time.now().unix');

/** Runs that have begun, hold a turn each, and compute until they are ended. */
async function spinning(pool: ScriptPool, count: number, user: PoolUser) {
  const ending = new AbortController();
  const runs: Promise<ScriptOutcome>[] = [];
  for (let at = 0; at < count; at += 1) {
    const begun = Promise.withResolvers<void>();
    const host: ScriptHost = async () => {
      begun.resolve();
      return { kind: 'value', value: 0 };
    };
    const spec = specOf(`time.now()\n${SPIN}`, { limits: { seconds: 300, steps: 1_000_000_000 } });
    runs.push(entered(pool, user).run(spec, host, ending.signal));
    await begun.promise;
  }
  return { runs, end: () => ending.abort() };
}

function entered(pool: ScriptPool, user: PoolUser, memoryBytes = 65_536): ScriptPlace {
  const place = pool.enter(user, { memoryBytes });
  if ('code' in place) throw new Error(place.message);
  return place;
}

const agent = (of: string): PoolUser => ({ kind: 'agent', of });
const SCHEDULE: PoolUser = { kind: 'schedule' };
const PERSON: PoolUser = { kind: 'person' };

describe('turns', () => {
  it('as many as may compute at once, others wait, more are told; inspections wait for nobody', async () => {
    await using pool = await openPool({ concurrency: 1 });
    const first = await spinning(pool, 1, PERSON);
    const second = noting(() => ({ kind: 'value', value: 0 }));
    const waiting = pool.run(ASK, second.host, NEVER);
    const third = await pool.run(ASK, NOBODY, NEVER);
    const hint = 'try again when one has ended; some may wait for a person';
    expect(third.result).toMatchObject({ ok: false, error: { code: 'busy', hint } });
    expect(await pool.inspect('result = 1')).toMatchObject({ kind: 'sound' });
    expect(second.calls).toEqual([]);
    first.end();
    expect(told(await waiting)).toBe(0);
    await Promise.all(first.runs);
  });

  it('whoever waits for its host holds no turn, and goes on when one is free', async () => {
    await using pool = await openPool({ concurrency: 1 });
    const held = holding();
    const resting = pool.run(ASK, held.host, NEVER);
    await held.asked;
    expect(told(await pool.run(specOf('result = 1'), NOBODY, NEVER))).toBe(1);
    const other = await spinning(pool, 1, PERSON);
    held.answer();
    // It has its answer and no turn: nothing of it goes on.
    let isOver = false;
    void resting.then(() => {
      isOver = true;
    });
    expect(await pool.inspect('result = 1')).toMatchObject({ kind: 'sound' });
    expect(isOver).toBe(false);
    other.end();
    expect(told(await resting)).toBe(0);
    await Promise.all(other.runs);
  });

  it('in line its clock stands still', async () => {
    await using pool = await openPool({ concurrency: 1 });
    const held = holding();
    const host: ScriptHost = (call, turn) => turn.waiting(held.host(call, turn));
    const resting = pool.run(specOf('result = time.now().unix', { limits: { seconds: 4 } }), host, NEVER);
    await held.asked;
    const other = await spinning(pool, 1, PERSON);
    held.answer();
    await new Promise((resolve) => setTimeout(resolve, 5000));
    other.end();
    expect(told(await resting)).toBe(0);
    await Promise.all(other.runs);
  });

  it('agents and schedules together leave a turn to people, one agent half of them to others', async () => {
    await using pool = await openPool({ concurrency: 4 });
    const first = await spinning(pool, 2, agent('a'));
    const third = noting(() => ({ kind: 'value', value: 0 }));
    const waits = entered(pool, agent('a')).run(ASK, third.host, NEVER);
    const other = await spinning(pool, 1, agent('b'));
    const late = noting(() => ({ kind: 'value', value: 0 }));
    const schedule = entered(pool, SCHEDULE).run(ASK, late.host, NEVER);
    expect(told(await pool.run(specOf('result = 1'), NOBODY, NEVER))).toBe(1);
    expect([...third.calls, ...late.calls]).toEqual([]);
    other.end();
    expect(told(await schedule)).toBe(0);
    expect(third.calls).toEqual([]);
    first.end();
    expect(told(await waits)).toBe(0);
    await Promise.all([...first.runs, ...other.runs]);
  });

  it('where there is one turn, no agent keeps a person from it', async () => {
    await using pool = await openPool({ concurrency: 1 });
    const other = await spinning(pool, 1, agent('a'));
    expect(told(await pool.run(specOf('result = 1'), NOBODY, NEVER))).toBe(1);
    other.end();
    await Promise.all(other.runs);
  });

  it('so many are alive, whatever they wait for; a large one counts as several', async () => {
    await using pool = await openPool({ concurrency: 2 });
    const enter = (user: PoolUser, memoryBytes = 65_536) => pool.enter(user, { memoryBytes });
    const [a] = [enter(agent('a')), enter(agent('a'))];
    const busy = (message: string) => expect.objectContaining({ code: 'busy', message });
    expect(enter(agent('a'))).toEqual(busy('this agent has as many programs under way as it may have at once'));
    expect([enter(agent('b')), enter(agent('c'))].map((each) => 'code' in each)).toEqual([false, false]);
    expect(enter(agent('d'))).toEqual(busy('agents have as many programs under way as they may have at once'));
    const large = enter(SCHEDULE, 268_435_456);
    expect('code' in large).toBe(false);
    expect(enter(SCHEDULE)).toEqual(busy('schedules have as many programs under way as they may have at once'));
    for (let count = 0; count < 4; count += 1) expect('code' in enter(PERSON)).toBe(false);
    expect(enter(PERSON)).toEqual(busy('people have as many programs under way as they may have at once'));
    if (a !== undefined && !('code' in a)) a.leave();
    expect('code' in enter(agent('d'))).toBe(false);
  });

  it('an agent that has everything inspected keeps nobody from it', async () => {
    await using pool = await openPool({ program: HOSTILE });
    const ending = new AbortController();
    const looks = ['a', 'a', 'b', 'b'].map((of) => pool.inspect('to say nothing', ending.signal, agent(of)));
    // The hostile child answers a person's question wrongly, and at once.
    expect(await pool.inspect('lies')).toMatchObject({ kind: 'unavailable', error: { code: 'killed' } });
    ending.abort();
    for (const look of looks) expect(await look).toMatchObject({ error: { code: 'cancelled' } });
  });

  it('who waits may leave', async () => {
    await using pool = await openPool({ concurrency: 1 });
    const first = await spinning(pool, 1, PERSON);
    const leaving = new AbortController();
    const waiting = pool.run(ASK, NOBODY, leaving.signal);
    leaving.abort();
    expect(told(await waiting)).toBe('cancelled: the run was cancelled');
    first.end();
    await Promise.all(first.runs);
  });
});

describe('what runs', () => {
  it('is what the last look before it gave, after every wait', async () => {
    await using pool = await openPool({ concurrency: 1 });
    const first = await spinning(pool, 1, PERSON);
    let looks = 0;
    const fresh = () => {
      looks += 1;
      return { source: 'result = "new"', loads: [] };
    };
    const waiting = entered(pool, PERSON).run(specOf('result = "old"'), NOBODY, NEVER, fresh);
    expect(await pool.inspect('result = 1')).toMatchObject({ kind: 'sound' });
    expect(looks).toBe(0);
    first.end();
    expect(told(await waiting)).toBe('new');
    expect(looks).toBe(1);
    await Promise.all(first.runs);
  });

  it('is nothing where that look says no', async () => {
    await using pool = await openPool();
    const { calls, host } = noting();
    const no = () => ({ code: 'script_disabled' as const, message: 'it is disabled', traceback: [] });
    const outcome = await entered(pool, PERSON).run(specOf('time.now()'), host, NEVER, no);
    expect(told(outcome)).toBe('script_disabled: it is disabled');
    expect(calls).toEqual([]);
  });
});

describe('cancelling', () => {
  it('before it began', async () => {
    await using pool = await openPool({ warm: 0 });
    expect(told(await pool.run(ASK, NOBODY, AbortSignal.abort()))).toBe('cancelled: the run was cancelled');
    expect(pool.isolation).toBe('not known before a child was started');
  });

  it('while it runs', async () => {
    await using pool = await openPool();
    const cancelling = new AbortController();
    const { calls, host } = noting(() => {
      setImmediate(() => cancelling.abort());
      return { kind: 'value', value: 0 };
    });
    const outcome = await pool.run(
      specOf(`time.now()\n${SPIN}`, { limits: { seconds: 300, steps: 1_000_000_000 } }),
      host,
      cancelling.signal,
    );
    expect(told(outcome)).toBe('cancelled: the run was cancelled');
    expect(calls).toHaveLength(1);
  });

  it('while its host works: the host hears of it, and its answer is heard by nobody', async () => {
    await using pool = await openPool();
    const cancelling = new AbortController();
    const held = holding();
    const running = pool.run(ASK, held.host, cancelling.signal);
    const signal = await held.asked;
    expect(signal.aborted).toBe(false);
    cancelling.abort();
    expect(told(await running)).toBe('cancelled: the run was cancelled');
    expect(signal.aborted).toBe(true);
    held.answer();
  });

  it('an inspection', async () => {
    await using pool = await openPool({ program: HOSTILE });
    const cancelling = new AbortController();
    const inspecting = pool.inspect('to say nothing', cancelling.signal);
    setTimeout(() => cancelling.abort(), 50);
    expect(await inspecting).toMatchObject({ kind: 'unavailable', error: { code: 'cancelled' } });
  });
});

describe('the clock', () => {
  it('stands still while a person is waited for', async () => {
    await using pool = await openPool();
    const host: ScriptHost = async (_call, { waiting }) => {
      await waiting(new Promise((resolve) => setTimeout(resolve, 1500)));
      return { kind: 'value', value: 0 };
    };
    const outcome = await pool.run(specOf('result = time.now().unix', { limits: { seconds: 1 } }), host, NEVER);
    expect(told(outcome)).toBe(0);
    expect(outcome.used.waitedMs).toBeGreaterThan(1000);
    expect(outcome.used.wallMs).toBeGreaterThanOrEqual(outcome.used.waitedMs);
  });

  it('goes on while a machine is', async () => {
    await using pool = await openPool();
    const host: ScriptHost = (_call, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'value', value: 0 }));
      });
    const outcome = await pool.run(specOf('result = time.now().unix', { limits: { seconds: 1 } }), host, NEVER);
    expect(told(outcome)).toBe('time_exceeded: took longer than 1 seconds');
  });

  it('and goes on after a person was', async () => {
    await using pool = await openPool();
    const host: ScriptHost = async (_call, { waiting }) => {
      await waiting(Promise.resolve());
      return { kind: 'value', value: 0 };
    };
    const spec = specOf(`time.now()\n${SPIN}`, { limits: { seconds: 1, steps: 1_000_000_000 } });
    expect(told(await pool.run(spec, host, NEVER))).toBe('time_exceeded: took longer than 1 seconds');
  });
});

describe('the host', () => {
  it('that fails ends the run', async () => {
    await using pool = await openPool();
    const host: ScriptHost = async () => {
      throw new Error('disk full');
    };
    expect(told(await pool.run(ASK, host, NEVER))).toBe('failed: a call of the host failed: disk full');
  });

  it('that answers too much is as one that refuses', async () => {
    await using pool = await openPool();
    const { host } = noting(() => ({ kind: 'value', value: 'x'.repeat(4_200_000) }));
    const outcome = await pool.run(specOf('result = tools.call("a", "b")'), host, NEVER);
    expect(told(outcome)).toMatch(/^call_refused: the answer is longer than/);
  });
});

describe('children', () => {
  it('a child runs one program', async () => {
    await using pool = await openPool({ program: HOSTILE, warm: 1, concurrency: 1 });
    // It is still there and says `done` to every run: another one is asked instead.
    for (let count = 0; count < 3; count += 1) expect(told(await pool.run(specOf('lies'), NOBODY, NEVER))).toBe(1);
  });

  it('that cannot be started: every run says so, and the pool does not spin', async () => {
    await using pool = await openPool({ program: join(import.meta.dirname, 'children/stubborn.mjs'), warm: 2 });
    pool.warmUp();
    const outcome = await pool.run(ASK, NOBODY, NEVER);
    expect(told(outcome)).toMatch(/^killed: the process of the script ended by itself: 3( |$)/);
    expect(await pool.inspect('x = 1')).toMatchObject({ kind: 'unavailable' });
  });

  it('are gone when the pool is, and nothing begins after that', async () => {
    const pool: ScriptPool = await openPool({ warm: 2 });
    pool.warmUp();
    const running = [pool.run(endless, NOBODY, NEVER), pool.run(endless, NOBODY, NEVER)];
    await expect.poll(() => childrenHere().length).toBeGreaterThanOrEqual(3);
    await pool[Symbol.asyncDispose]();
    for (const outcome of await Promise.all(running)) expect(outcome.result.ok).toBe(false);
    expect(childrenHere()).toEqual([]);
    expect(told(await pool.run(ASK, NOBODY, NEVER))).toBe('cancelled: the run was cancelled');
    expect(childrenHere()).toEqual([]);
  });

  it('says what holds it', async ({ skip }) => {
    await using strongest = await openPool();
    await strongest.run(specOf('result = 1'), NOBODY, NEVER);
    expect(strongest.isolation).toMatch(/^(?:bubblewrap|limits only)/);
    const why = noLimitsHere();
    if (why !== null) return skip(why);
    await using weakest = await openPool({ isolation: 'limits only' });
    const outcome = await weakest.run(specOf('result = 1'), NOBODY, NEVER);
    expect(told(outcome)).toBe(1);
    expect(outcome.isolation).toMatch(/^limits only/);
  });
});
