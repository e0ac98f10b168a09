// What a decided call explains, what of a file counts, and what of a command line is shown: pure.
import type { AgentId, Alarm, Call, CallId, Effect, SessionId } from '@castellan/contract';
import { expect, test } from 'vitest';
import { createAlarms } from '../src/alarms/index.ts';
import { systemClock } from '../src/clock.ts';
import { DecidedCalls } from '../src/escapes/decided-calls.ts';
import { mayChange, mayConnect, mayStart } from '../src/escapes/explained.ts';
import { Findings } from '../src/escapes/findings.ts';
import { matters, placesOf } from '../src/escapes/places.ts';
import { shownWords } from '../src/escapes/shown.ts';

const effect = (kind: Effect['kind'], target: string, more: Partial<Effect> = {}): Effect => ({
  ...{ kind, target, targetKind: 'path', place: 'workspace', certainty: 'certain' },
  ...more,
});
const call = (id: string, session = 's'): Call =>
  ({ id: id as CallId, agent: 'a' as AgentId, session: session as SessionId, workspace: '/p' }) as Call;

test('a call explains from its decision to its end, and what it left behind a little more', () => {
  let now = 1000;
  const calls = new DecidedCalls(() => now);
  calls.runs(call('one'), []);
  now = 5000;
  calls.over('one' as CallId);
  const ids = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);
  expect(ids(calls.between(3000, 3000))).toEqual(['one']);
  expect(ids(calls.between(800, 800)), 'before').toEqual([]);
  expect(ids(calls.between(6000, 6000)), 'after').toEqual([]);
  calls.leftBehind(new Set(['one' as CallId]));
  expect(ids(calls.between(6000, 6000)), 'what the client starts then is another thing').toEqual([]);
  expect(ids(calls.reaching(6000, 6000))).toEqual(['one']);
  calls.leftBehind(new Set());
  expect(ids(calls.reaching(6000, 6000))).toEqual([]);
});

test('what its client never told the end of is over with the next word of its person, in that session alone', () => {
  let now = 1000;
  const calls = new DecidedCalls(() => now);
  calls.runs(call('one', 's'), []);
  calls.runs(call('two', 't'), []);
  now = 2000;
  calls.turn('s' as SessionId);
  now = 9000;
  expect(calls.between(9000, 9000).map(({ id }) => id)).toEqual(['two']);
});

test('a call explains what it was decided to do, and all of it where that could not be told', () => {
  const of = (...effects: readonly Effect[]) => ({ effects }) as Parameters<typeof mayStart>[0];
  const ls = of(effect('execute', 'ls', { targetKind: 'command' }), effect('read', '/p'));
  const make = of(effect('execute', 'make', { targetKind: 'command', certainty: 'unknown', resource: 'project-code' }));
  const write = of(effect('write', '/p/.git/hooks/pre-push'));
  const curl = of(effect('connect', 'example.org:443', { targetKind: 'host' }));
  const sub = of(effect('execute', 'agent', { targetKind: 'command', resource: 'agent-session' }));
  expect([ls, make, write, curl, sub].map(mayStart)).toEqual([true, true, false, false, false]);
  expect([ls, make, write, curl, sub].map(mayConnect)).toEqual([false, true, false, true, false]);
  expect([ls, make, write, curl].map((one) => mayChange(one, '/p/.git/hooks'))).toEqual([false, true, true, false]);
  expect(mayChange(write, '/p/.git/hook')).toBe(false);
  expect(mayChange(of(effect('delete', '/p')), '/p/.git/hooks')).toBe(true);
});

test('which branch follows which does not count, and nothing can hide behind it', () => {
  const config = '[core]\n\tbare = false\n';
  const branch = '[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n';
  expect(matters('/p/.git/config', config + branch)).toBe(config);
  for (const evil of [
    '[branch "main"]\n\tremote = origin\n\tsshCommand = evil\n',
    '[branch "main"]\n\tremote = a \\\n[core]\n\tfsmonitor = evil\n',
    '[branch "main"] [core]\n\tfsmonitor = evil\n',
    '[branch "main"]\n[core]\n\tfsmonitor = evil\n',
  ])
    expect(matters('/p/.git/config', config + evil), evil).toMatch(/evil/);
  expect(matters('/p/.envrc', branch)).toBe(branch);
  expect(placesOf('/p', '/r/.git')).toEqual(expect.arrayContaining(['/p/.envrc', '/r/.git/hooks', '/r/.git/config']));
});

test('a command line is shown without what looks like a secret, on one line, and no longer than can be read', () => {
  const shown = (...words: readonly string[]) => shownWords(words, (text) => text.replaceAll('known', '[HIDDEN]'));
  expect(shown('curl', '--token', 'abc', '-H', 'x', '--api-key=abc', 'known')).toBe(
    'curl --token … -H x --api-key=… [HIDDEN]',
  );
  expect(shown('git', 'clone', 'https://me:pw@example.org/x')).toBe('git clone https://…@example.org/x');
  expect(shown('sh', '-c', 'a\n`b`\u001b[31m')).toBe('sh -c a b [31m');
  expect(shown('x', 'y'.repeat(1000)).length).toBeLessThan(200);
  expect(shown('PASSWORD=abc', 'env')).toBe('PASSWORD=… env');
});

test('nobody hides one thing behind many others: each is named in an alarm, and that there were too many is said', async () => {
  const told: Alarm[] = [];
  const clock = systemClock();
  const alarms = createAlarms({ clock, tell: (alarm) => void told.push(alarm) });
  const agent = `agent_${'0'.repeat(20)}` as AgentId;
  const findings = await Findings.open({
    ...{ clock, alarms, agentName: () => 'coder' },
    store: { meta: async () => null, setMeta: async () => undefined },
  });
  const of = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => `thing ${from + at}.`).map((what) => ({
      ...{ key: what, agent, session: null, at: 1_000, what, which: 'x' },
    }));
  findings.add(of(0, 13));
  const named = (): string => told.map(({ text }) => text).join('\n');
  for (const { what } of of(0, 13)) expect(named()).toContain(what);
  expect(named()).not.toContain('too many');
  findings.add(of(13, 80));
  for (const { what } of of(13, 50)) expect(named()).toContain(what);
  expect(named()).not.toContain('thing 50.');
  expect(told.at(-1)?.text).toContain('and others, too many to keep');
  // What comes after that rings nobody anew, until somebody has seen it.
  const count = told.length;
  findings.add(of(80, 90));
  expect(told).toHaveLength(count);
  findings.see(told.at(-1)?.id ?? '', 'person:somebody');
  findings.add(of(80, 81));
  expect(told.at(-1)?.text).toBe('coder: no call explains thing 80.');
});
