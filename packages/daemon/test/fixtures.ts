// A clock that tests move, and an approval to ask about.
import { randomBytes } from 'node:crypto';
import type { Approval, Effect } from '@castellan/contract';
import type { Clock } from '../src/clock.ts';

export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export function manualClock(start = 1_000_000): ManualClock {
  let now = start;
  let next = 0;
  const timers = new Map<number, { at: number; action: () => void; every: number | null }>();
  const add = (ms: number, action: () => void, every: number | null): (() => void) => {
    const id = next++;
    timers.set(id, { at: now + ms, action, every });
    return () => timers.delete(id);
  };
  return {
    now: () => now,
    monotonic: () => now,
    after: (ms, action) => add(ms, action, null),
    every: (ms, action) => add(ms, action, ms),
    random: (bytes) => randomBytes(bytes),
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
        if (due === undefined) break;
        const [id, timer] = due;
        now = timer.at;
        if (timer.every === null) timers.delete(id);
        else timers.set(id, { ...timer, at: timer.at + timer.every });
        timer.action();
      }
      now = end;
    },
  };
}

export const write = (target: string): Effect => ({
  kind: 'write',
  target,
  targetKind: 'path',
  place: 'workspace',
  certainty: 'certain',
});

export function approval(id: string, effects: readonly Effect[] = [], digest = 'a'): Approval {
  return {
    id: `approval_${id}`,
    call: `call_${id}`,
    digest: `sha256:${digest.repeat(64)}`,
    agent: 'agent_aaaaaaaa',
    agentName: 'test',
    task: 'task_aaaaaaaa',
    taskTitle: 'a task',
    session: 'session_aaaaaaaa',
    module: 'claude-code',
    tool: 'Bash',
    factorNeeded: false,
    summary: 'run something',
    arguments: {},
    cwd: '/project',
    effects,
    flows: [],
    changes: [],
    risk: [],
    verdict: {
      outcome: 'confirm',
      reasons: [{ source: 'preset', part: 'base', id: 'autonomous', outcome: 'confirm', text: 'x' }],
      toolClass: 'critical',
      scope: 'per-call',
      policy: `sha256:${'0'.repeat(64)}`,
    },
    suggestions: [],
    taskGrant: null,
    createdAt: 1_000_000,
    expiresAt: 1_120_000,
    state: { kind: 'pending' },
  };
}
