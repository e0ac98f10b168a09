// What scripts and agents may use in a day: taken before it is used, given back where it was not needed.
import { type QuotaUse, scriptLimitsSchema, scriptsConfigSchema } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { DayQuotas, uncounted } from '../src/scripts/run/quota.ts';

const NONE: QuotaUse = { runs: 0, seconds: 0, calls: 0, bytes: 0 };
const LIMITS = scriptLimitsSchema.parse({ seconds: 30, calls: 10 });

function quotas(config: object) {
  const rows = new Map<string, QuotaUse>();
  let day = '2026-03-01';
  const made = new DayQuotas({
    rows: {
      used: (on, of) => rows.get(`${on} ${of}`) ?? NONE,
      use(on, of, change) {
        const before = rows.get(`${on} ${of}`) ?? NONE;
        const next = { ...before };
        for (const what of ['runs', 'seconds', 'calls', 'bytes'] as const) next[what] += change[what] ?? 0;
        rows.set(`${on} ${of}`, next);
      },
    },
    config: () => scriptsConfigSchema.parse({ quotas: config }).quotas,
    day: () => day,
  });
  const take = (script: string | null = 'nightly', agent: `agent_${string}` = 'agent_000001') =>
    made.take(script, agent, LIMITS);
  const tomorrow = (): void => {
    day = '2026-03-02';
  };
  return { take, made, tomorrow };
}
const taken = <T>(value: T | string): T => {
  if (typeof value === 'string') throw new Error(value);
  return value;
};

verifies(['D2', 'S6'], 'a script has so many runs in a day, whoever runs it, and again tomorrow', () => {
  const { take, tomorrow } = quotas({ script: { runs: 2 } });
  taken(take()).end(1);
  taken(take('nightly', 'agent_000002')).end(1);
  expect(take()).toBe('script `nightly` has used its 2 runs of today');
  taken(take('weekly'));
  tomorrow();
  taken(take());
});

verifies(['D2'], 'an agent has so many runs in a day, whatever it runs', () => {
  const { take } = quotas({ agent: { runs: 2 } });
  taken(take('a'));
  taken(take(null));
  expect(take('b')).toBe('this agent has used its 2 runs of today');
  taken(take('b', 'agent_000002'));
});

verifies(['D2', 'S6'], 'a run gets no more seconds than are left, and runs beside each other share them', () => {
  const { take, made } = quotas({ script: { seconds: 40 } });
  const first = taken(take());
  expect(first.limits.seconds).toBe(30);
  const second = taken(take());
  expect(second.limits.seconds).toBe(10);
  expect(take()).toContain('40 seconds');
  first.end(0.5);
  expect(made.today('nightly').seconds).toBe(10.5);
  expect(taken(take()).limits.seconds).toBe(29);
});

verifies(['D2', 'S6'], 'calls and bytes end within a run as they end between runs', () => {
  const { take } = quotas({ script: { calls: 3, bytes: 100 } });
  const run = taken(take());
  expect(run.limits.calls).toBe(3);
  expect(run.call()).toBeNull();
  expect(run.call()).toBeNull();
  const beside = taken(take());
  expect(beside.limits.calls).toBe(1);
  expect(beside.call()).toBeNull();
  expect(run.call()).toContain('3 host calls');
  run.received(60);
  expect(run.bytesLeft()).toBe(40);
  beside.received(70);
  expect(run.bytesLeft()).toBe(0);
  expect(take()).toContain('100 bytes');
});

verifies(['D2', 'S4'], 'a test run takes no share of the day, and has the limits of its version', () => {
  const { take, made } = quotas({ script: { runs: 1 }, agent: { runs: 1 } });
  for (let n = 0; n < 5; n += 1) {
    const test = uncounted(LIMITS);
    expect(test.limits).toEqual(LIMITS);
    expect(test.call()).toBeNull();
    test.received(1000);
    test.end(20);
  }
  expect(made.today('nightly')).toEqual(NONE);
  taken(take()).end(1);
});
