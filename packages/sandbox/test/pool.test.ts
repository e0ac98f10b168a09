// The pool itself: who runs when, who waits, who is told that it is busy, what is left when it is closed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScriptHost, ScriptPool } from '../src/index.ts';
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

describe('turns', () => {
  it('as many as may run at once, as many again wait, more are told', async () => {
    await using pool = await openPool({ concurrency: 1 });
    const first = holding();
    const running = pool.run(ASK, first.host, NEVER);
    await first.asked;
    const second = noting(() => ({ kind: 'value', value: 0 }));
    const waiting = pool.run(ASK, second.host, NEVER);
    const third = await pool.run(ASK, NOBODY, NEVER);
    expect(third.result).toMatchObject({ ok: false, error: { code: 'busy', hint: 'try again when one has ended' } });
    expect(await pool.inspect('result = 1')).toMatchObject({ kind: 'unavailable', error: { code: 'busy' } });
    expect(second.calls).toEqual([]);
    first.answer();
    expect(told(await running)).toBe(0);
    expect(told(await waiting)).toBe(0);
  });

  it('who waits may leave', async () => {
    await using pool = await openPool({ concurrency: 1 });
    const first = holding();
    const running = pool.run(ASK, first.host, NEVER);
    await first.asked;
    const leaving = new AbortController();
    const waiting = pool.run(ASK, NOBODY, leaving.signal);
    leaving.abort();
    expect(told(await waiting)).toBe('cancelled: the run was cancelled');
    first.answer();
    expect(told(await running)).toBe(0);
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
    expect(told(outcome)).toBe('killed: the process of the script ended by itself: 3');
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

  it('says what holds it', async () => {
    await using strongest = await openPool();
    await strongest.run(specOf('result = 1'), NOBODY, NEVER);
    expect(strongest.isolation).toMatch(/^(?:bubblewrap|limits only)/);
    await using weakest = await openPool({ isolation: 'limits only' });
    const outcome = await weakest.run(specOf('result = 1'), NOBODY, NEVER);
    expect(told(outcome)).toBe(1);
    expect(outcome.isolation).toMatch(/^limits only/);
  });
});
