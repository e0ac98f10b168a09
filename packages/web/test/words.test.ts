// Words of the pages: times, where values came from, what a message is, which argument is a command.
import { expect, test } from 'vitest';
import { passwordLines } from '../src/account/password-rule.ts';
import { flowText } from '../src/approval/context-text.ts';
import { messageOf, statementOf } from '../src/approval/message.ts';
import { commandOf } from '../src/approval/spans.ts';
import { agoText, countdownText, spanText } from '../src/kit/time-text.ts';
import { neighbour } from '../src/pages/inbox/rows.ts';

test('times are never said to be longer than they are', () => {
  expect([spanText(59_999), spanText(3_600_000), spanText(12_000_000)]).toEqual(['59 s', '1 h', '3 h 20 min']);
  expect([agoText(0, 4000), agoText(0, 61_000), agoText(120_000, 0)]).toEqual(['just now', '1 min ago', 'in 2 min']);
  expect([countdownText(100_000), countdownText(0), countdownText(-5)]).toEqual(['1:40', '0:00', '0:00']);
});

test('a flow says what, where and from where', () => {
  const flow = {
    label: 'private',
    source: 'mail/get',
    argument: '/body',
    encodings: ['base64'],
    whole: false,
    length: 3,
  } as const;
  expect(flowText(flow)).toEqual({ mark: 'private', text: 'part of body: read from mail/get, wrapped in base64' });
});

test('a message has somebody it goes to; a text alone is none', () => {
  expect(messageOf({ to: ['a@b.c', 'd@e.f'], body: 'x' })?.heads).toEqual([{ name: 'to', value: 'a@b.c, d@e.f' }]);
  expect(messageOf({ body: 'x', subject: 'y' })).toBeNull();
  expect(statementOf({ query: 'DROP TABLE users' })).toBe('DROP TABLE users');
  expect(statementOf({ query: 'opening hours' })).toBeNull();
});

test('spans are of the command only where they lie in it', () => {
  const effect = {
    kind: 'delete',
    target: 'x',
    targetKind: 'path',
    place: 'temp',
    certainty: 'certain',
    span: [0, 9],
  } as const;
  expect(commandOf({ arguments: { command: 'rm x' }, effects: [effect] })).toBeNull();
  expect(commandOf({ arguments: { command: 'rm file.txt' }, effects: [effect] })).toBe('rm file.txt');
});

test('the rule of passwords is the one of the daemon', () => {
  const met = (password: string) => passwordLines(password, 'mia').every((line) => line.met);
  expect(met('correct horse battery')).toBe(true);
  expect(met('Short-Pass-12')).toBe(true);
  expect([met('short-pass'), met('lowercaseonly12'), met('abcabcabcabcabcabc'), met('')]).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('moving through the list goes round', () => {
  const rows = ['a', 'b'].map((id) => ({ kind: 'waiting' as const, approval: { id } as never }));
  expect([neighbour(rows, 'b', 1), neighbour(rows, 'a', -1), neighbour(rows, null, 1), neighbour([], 'a', 1)]).toEqual([
    'a',
    'b',
    'a',
    null,
  ]);
});
