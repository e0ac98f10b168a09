// How an agent stands, as words and as a table; who made a call.
import type { Situation, VerifyCheck } from '@castellan/contract';
import { expect, test } from 'vitest';
import { madeByText } from '../src/pages/activity/model.ts';
import {
  COLUMNS,
  countOf,
  isProvable,
  type Standing,
  standingWord,
  tableRows,
} from '../src/pages/agents/standing-model.ts';

const NOW = 100_000;
const check = (surface: string, situation: Situation, ok = true): VerifyCheck => ({
  id: `${surface}/${situation}`,
  surface,
  situation,
  title: 'x',
  ok,
  seen: '',
});
type Verification = NonNullable<Standing['verification']>;
const verification = (state: Verification['state'], checks: readonly VerifyCheck[] = []): Verification => ({
  agent: 'agent_abcdef' as Verification['agent'],
  state,
  version: null,
  startedAt: NOW - 30_000,
  endedAt: state === 'running' ? null : NOW - 20_000,
  checks: [...checks],
  text: '',
});
const word = (of: Partial<Standing>) =>
  standingWord({ connector: 'codex', verification: null, due: '', ...of } as Standing, NOW);

test('only what was proven is called held; what cannot be proven says why', () => {
  expect(word({ verification: verification('held') })).toMatchObject({ text: 'held', tone: 'good' });
  expect(word({ verification: verification('held'), due: 'another version' })).toMatchObject({ tone: 'warn' });
  expect(word({ verification: verification('not-held') })).toMatchObject({ text: 'NOT HELD', tone: 'bad' });
  expect(word({ verification: verification('failed') }).tone).toBe('warn');
  expect(word({ verification: verification('running', [check('shell', 'denied')]) }).more).toBe('1 check done.');
  expect(word({ due: 'it was never proven' })).toMatchObject({ text: 'not proven yet', more: 'it was never proven.' });
  expect(word({ connector: 'zed' }).more).toContain('Only a person');
  expect(word({ connector: null }).text).toBe('connected by hand');
  expect([
    isProvable({ connector: 'codex' }),
    isProvable({ connector: 'zed' }),
    isProvable({ connector: null }),
  ]).toEqual([true, false, false]);
});

test('a row a surface, a column a situation; one that failed is never ok; what is to come waits', () => {
  const checks = [
    check('shell', 'denied'),
    check('shell', 'denied', false),
    check('file', 'allowed'),
    check('x', 'way'),
  ];
  const rows = tableRows(verification('not-held', checks));
  expect(rows.map(({ name }) => name)).toEqual(['Commands', 'Files']);
  expect(rows[0]?.cells).toEqual(['none', 'failed', 'none', 'none', 'none']);
  expect(rows[1]?.cells[0]).toBe('ok');
  expect(COLUMNS).toHaveLength(5);
  expect(tableRows(verification('running')).every(({ cells }) => cells.every((cell) => cell === 'waits'))).toBe(true);
  expect(tableRows(verification('failed'))).toEqual([]);
  expect(countOf(checks, 'way')).toEqual({ passed: 1, all: 1 });
  expect(countOf(checks, 'settings')).toBeNull();
});

test('who made a call: agent, task, sub-agent; what hides is shown', () => {
  const row = { agentName: 'claude', taskTitle: 'Release', subagent: null };
  expect(madeByText(row)).toBe('claude · Release');
  expect(madeByText({ ...row, taskTitle: '', subagent: 'Explore' })).toBe('claude · sub-agent Explore');
  expect(madeByText({ ...row, subagent: 'a\u202eb' })).not.toContain('\u202e');
});
