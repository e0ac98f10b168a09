// An approval as the daemon sends it, changed as a test needs it.
import { type Approval, approvalSchema } from '@castellan/contract';

const id = (prefix: string, n: number): string => `${prefix}_${String(n).padStart(8, '0')}`;

export function approval(n: number, changes: Partial<Record<keyof Approval, unknown>> = {}): Approval {
  return approvalSchema.parse({
    id: id('approval', n),
    call: id('call', n),
    digest: `sha256:${String(n % 10).repeat(64)}`,
    agent: id('agent', 1),
    agentName: 'claude-code',
    task: id('task', 1),
    taskTitle: 'Clean up the site',
    session: id('session', 1),
    module: 'claude-code',
    tool: 'Bash',
    summary: `Run "make ${n}"`,
    arguments: { command: `make ${n}` },
    cwd: '/home/u/site',
    effects: [
      { kind: 'read', target: '/home/u/site', targetKind: 'path', place: 'workspace', certainty: 'certain' },
      { kind: 'execute', target: 'make', targetKind: 'command', place: 'none', certainty: 'possible' },
    ],
    risk: ['runs', 'reads'],
    verdict: {
      outcome: 'confirm',
      reasons: [{ source: 'preset', part: 'base', id: 'autonomous', outcome: 'confirm', text: 'it can do harm' }],
      toolClass: 'critical',
      scope: 'per-task',
      policy: `sha256:${'a'.repeat(64)}`,
    },
    suggestions: [
      {
        key: 'same-call',
        text: 'exactly this, for an hour',
        grant: {
          agent: id('agent', 1),
          scope: { kind: 'session', session: id('session', 1) },
          module: 'claude-code',
          tool: 'Bash',
          minutes: 60,
        },
      },
    ],
    taskGrant: null,
    createdAt: 1000 + n,
    expiresAt: 121_000 + n,
    state: { kind: 'pending' },
    ...changes,
  });
}

export const critical = (n: number): Approval =>
  approval(n, {
    verdict: {
      outcome: 'confirm',
      reasons: [{ source: 'critical-rule', part: 'floor', id: 'C02', outcome: 'confirm', text: 'it deletes' }],
      toolClass: 'critical',
      scope: 'per-call',
      policy: `sha256:${'a'.repeat(64)}`,
    },
    suggestions: [],
  });
