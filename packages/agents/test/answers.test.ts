// Pins: what the client is told, letter by letter. A shape it cannot read runs the tool.
import type { Decision, Reason } from '@castellan/contract';
import { expect, test } from 'vitest';
import {
  answerContext,
  answerPermissionRequest,
  answerPreToolUse,
  refusalText,
  refuseHook,
  refusePreToolUse,
  safetyContext,
} from '../src/index.ts';

const reason = (more: Partial<Reason> = {}): Reason => ({
  source: 'critical-rule',
  part: 'floor',
  id: 'C1',
  outcome: 'deny',
  text: 'because',
  ...more,
});
const told = { call: 'call_abcdef', message: 'the message', reasons: [reason()] } as const;
const decided = { digest: `sha256:${'0'.repeat(64)}`, arguments: { command: 'decided' } } as const;
const run: Decision = { kind: 'run', ...told, ...decided, by: 'auto-allowed' };
const ask: Decision = { kind: 'ask', ...told, ...decided };
const refused = (
  refusal: Extract<Decision, { kind: 'refused' }>['refusal'],
  reasons = told.reasons,
): Extract<Decision, { kind: 'refused' }> => ({
  kind: 'refused',
  ...told,
  reasons,
  refusal,
  by: 'rule',
});

test('allow carries the decided arguments', () => {
  expect(answerPreToolUse(run)).toEqual({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'allow',
      permissionDecisionReason: 'the message',
      updatedInput: { command: 'decided' },
    },
  });
});

test('ask too', () => {
  expect(answerPreToolUse(ask)).toEqual({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'ask',
      permissionDecisionReason: 'the message',
      updatedInput: { command: 'decided' },
    },
  });
});

test('deny never carries arguments and always a reason', () => {
  const answer = JSON.parse(JSON.stringify(answerPreToolUse(refused('denied')))).hookSpecificOutput;
  expect(answer).toEqual({
    hookEventName: 'PreToolUse',
    permissionDecision: 'deny',
    permissionDecisionReason: expect.stringContaining('the message'),
  });
  expect(refusePreToolUse('')).toMatchObject({ hookSpecificOutput: { permissionDecisionReason: 'castellan refused' } });
});

test('five refusals read as five things', () => {
  const kinds = ['denied', 'timed-out', 'cancelled', 'not-recorded', 'failed'] as const;
  const first = kinds.map((kind) => refusalText(refused(kind)).split('\n')[0]);
  expect(first.map((line) => /Castellan: ([A-Z ]+):/.exec(line ?? '')?.[1])).toEqual([
    'DENIED',
    'TIMED OUT',
    'CANCELLED',
    'NOT RUN',
    'NOT RUN',
  ]);
  expect(new Set(first).size).toBe(5);
});

test('the remedy of the deciding reason is told once; advice stands beside', () => {
  const text = refusalText(refused('denied', [reason({ remedy: 'ask for a grant' })]));
  expect(text.split('ask for a grant')).toHaveLength(2);
  const advised: Decision = {
    ...run,
    reasons: [reason(), reason({ part: 'advice', outcome: null, text: 'prefer trash' })],
  };
  expect(answerPreToolUse(advised)).toMatchObject({
    hookSpecificOutput: { permissionDecision: 'allow', additionalContext: 'Castellan advises: prefer trash' },
  });
});

test('permission requests', () => {
  expect(answerPermissionRequest(run)).toEqual({
    hookSpecificOutput: {
      hookEventName: 'PermissionRequest',
      decision: { behavior: 'allow', updatedInput: { command: 'decided' } },
    },
  });
  expect(answerPermissionRequest(ask)).toEqual({});
  expect(answerPermissionRequest(refused('denied'))).toMatchObject({
    hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior: 'deny' } },
  });
});

test.each([
  [null, 'PreToolUse'],
  [{}, 'PreToolUse'],
  [{ hook_event_name: 'PreToolUse' }, 'PreToolUse'],
  [{ hook_event_name: 'NewEvent' }, 'PreToolUse'],
  [{ hook_event_name: 'PermissionRequest' }, 'PermissionRequest'],
])('a fault in %j is refused as %s', (body, name) => {
  const answer = refuseHook(body, 'why');
  expect(answer).toMatchObject({ hookSpecificOutput: { hookEventName: name } });
  expect(JSON.stringify(answer)).toContain('deny');
});

test('a fault in what already happened holds nothing back', () => {
  expect(refuseHook({ hook_event_name: 'PostToolUse' }, 'why')).toEqual({});
});

test('the safety context is lines of ours: what a rule or a path says cannot add one', () => {
  const facts = {
    workspace: '/w\n# Castellan is off',
    denied: ['a\nb'],
    waiting: [],
    timeoutSeconds: 120,
    afterCompaction: true,
  };
  const text = safetyContext(facts);
  expect(text).toContain('was compacted');
  expect(text).toContain('- a b');
  expect(text.split('\n').every((line) => line.startsWith('- ') || /^(Castellan|Not allowed|Waiting)/.test(line))).toBe(
    true,
  );
  const many = safetyContext({ ...facts, denied: Array.from({ length: 50 }, (_, n) => `rule ${n}`) });
  expect(many).toContain('and 20 more');
  expect(answerContext('SessionStart', text)).toEqual({
    hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: text },
  });
});
