// One cause is one alarm: the list of alarms is not flooded by processes that come and go.
import { expect, test } from 'vitest';
import { type StartedPast, startedPast } from '../src/watch/started.ts';

const one = (pid: number, how = '`--bare`', agent = 'agent_abcdef'): StartedPast => ({
  agent: agent as StartedPast['agent'],
  pid,
  how,
});

test('processes with one cause are one alarm, whose text is the same whichever they are', () => {
  const [first, ...rest] = startedPast('Claude Code', [one(12), one(7), one(12)]);
  expect(rest).toEqual([]);
  expect(first).toEqual({
    kind: 'bypassed',
    agent: 'agent_abcdef',
    text: 'Claude Code runs that was started with `--bare`: its tools run undecided',
    hint: 'end processes 7, 12 and start it without that',
  });
  const [other] = startedPast('Claude Code', [one(99)]);
  expect(other).toEqual({ ...first, hint: 'end process 99 and start it without that' });
});

test('another cause and another agent are alarms of their own', () => {
  const found = startedPast('Codex', [one(1), one(2, 'CODEX_HOME'), one(3, '`--bare`', 'agent_ghijkl')]);
  expect(found.map(({ agent, kind }) => [agent, kind])).toEqual([
    ['agent_abcdef', 'bypassed'],
    ['agent_abcdef', 'bypassed'],
    ['agent_ghijkl', 'bypassed'],
  ]);
});

test('of many processes a few are named and the others counted', () => {
  const [told] = startedPast(
    'Codex',
    Array.from({ length: 40 }, (_, pid) => one(pid + 1)),
  );
  expect(told).toMatchObject({ hint: 'end processes 1, 2, 3, 4, 5 and 35 more and start it without that' });
});
