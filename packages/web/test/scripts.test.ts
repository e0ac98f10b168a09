// Scripts and schedules in words.
import type { QuotaUse, Schedule, ScriptSummary, ScriptVersion } from '@castellan/contract';
import { expect, test } from 'vitest';
import {
  abilitiesOf,
  bytesText,
  digestOfPlace,
  momentText,
  quotaUses,
  readArguments,
  runUses,
  scriptGroups,
  signature,
  stepsText,
  todayWords,
  versionPlace,
  waitingVersions,
} from '../src/scripts/model.ts';
import { draftOf, nothingTyped, schedulesInOrder, zonedText } from '../src/scripts/schedule-model.ts';

const limits = { seconds: 30, steps: 1_000_000, memoryBytes: 1_048_576, outputBytes: 1024, calls: 5 };
const version = (script: string, proposedAt: number): ScriptVersion =>
  ({ script, proposedAt, digest: `sha256:${proposedAt}`, state: { kind: 'pending' } }) as unknown as ScriptVersion;
const summary = (name: string, over: Partial<ScriptSummary>): ScriptSummary =>
  ({ name, approved: null, pending: [], ...over }) as unknown as ScriptSummary;

test('what waits stands first, and what waits longest before what came later; each script stands once', () => {
  const both = summary('both', { approved: version('both', 1), pending: [version('both', 30)] });
  const old = summary('old', { pending: [version('old', 25), version('old', 20)] });
  const on = summary('on', { approved: version('on', 1) });
  const off = summary('off', {});
  const { waiting, approved, off: gone } = scriptGroups([on, both, off, old]);
  expect([waiting, approved, gone].map((each) => each.map(({ name }) => name))).toEqual([
    ['old', 'both'],
    ['on'],
    ['off'],
  ]);
  expect(waitingVersions([both, old]).map(({ proposedAt }) => proposedAt)).toEqual([20, 25, 30]);
});

test('sizes, steps and moments are short, and never say more than there is', () => {
  expect([512, 1, 1024, 12_300, 1_572_864, 67_108_864].map(bytesText)).toEqual([
    '512 bytes',
    '1 byte',
    '1 KB',
    '12 KB',
    '1.5 MB',
    '64 MB',
  ]);
  expect([999, 20_000, 1_200_000, 50_000_000].map(stepsText)).toEqual(['999', '20k', '1.2M', '50M']);
  expect([0.4, 14, 2140].map(momentText)).toEqual(['0 ms', '14 ms', '2.1 s']);
});

test('what was used is a share of what may be; waiting for a person is not running', () => {
  const used = { steps: 500_000, memoryBytes: 0, outputBytes: 4096, calls: 5, wallMs: 65_000, waitedMs: 50_000 };
  const uses = runUses({ ...used, receivedBytes: 0 }, limits);
  expect(uses.map(({ of, share }) => [of, share])).toEqual([
    ['Time', 0.5],
    ['Steps', 0.5],
    ['Memory', 0],
    ['Output', 1],
    ['Host calls', 1],
  ]);
  const none: QuotaUse = { runs: 0, seconds: 0, calls: 0, bytes: 0 };
  expect(
    quotaUses({ ...none, calls: 1 }, { runs: 0, seconds: 0, calls: 0, bytes: 0 }).map(({ share }) => share),
  ).toEqual([0, 0, 1, 0]);
  expect(todayWords(none)).toBe('not run today');
  expect(todayWords({ runs: 1, seconds: 3, calls: 2, bytes: 0 })).toBe('1 run today: 3.0 s, 2 host calls');
});

test('arguments are a JSON list, or it is said why not', () => {
  expect(readArguments('  ')).toEqual({ ok: true, args: [] });
  expect(readArguments('["tea", {"a": [null]}]')).toEqual({ ok: true, args: ['tea', { a: [null] }] });
  for (const wrong of ['{"week": 1}', '7', '"tea"', '[1,', 'null']) expect(readArguments(wrong).ok).toBe(false);
  expect(readArguments(JSON.stringify(Array.from({ length: 33 }, () => 1))).ok).toBe(false);
  expect(signature({ entry: 'main', parameters: ['week', 'dry = True'] })).toBe('main(week, dry = True)');
});

test('a version has an address of its own, without a colon, and the way back', () => {
  const digest = `sha256:${'0f'.repeat(32)}`;
  expect(versionPlace('new', digest).digest).toMatch(/^[0-9a-f]{64}$/);
  expect(digestOfPlace(versionPlace('new', digest).digest)).toBe(digest);
});

test('everything a source may do has a sentence', () => {
  const capabilities = { secrets: ['KEY'], hosts: ['*.example.org'], tools: ['mail/send'], limits };
  expect(abilitiesOf(capabilities, ['shared']).map(({ kind }) => kind)).toEqual([
    'secret',
    'tool',
    'host',
    'load',
    'limit',
  ]);
});

test('a time is said in the zone of the schedule, also on the day the clocks change', () => {
  // On the last Sunday of March 2027 it is 01:59 CET and then 03:00 CEST in Berlin.
  expect(zonedText(Date.UTC(2027, 2, 28, 0, 59), 'Europe/Berlin')).toMatch(/28 Mar 2027.* 01:59 (?:CET|GMT\+1)$/);
  expect(zonedText(Date.UTC(2027, 2, 28, 1, 0), 'Europe/Berlin')).toMatch(/28 Mar 2027.* 03:00 (?:CEST|GMT\+2)$/);
});

test('what stands in its way comes first, then what is due next', () => {
  const schedule = (name: string, nextAt: number | null, why: string | null): Schedule =>
    ({ name, nextAt, why }) as unknown as Schedule;
  const order = schedulesInOrder([
    schedule('rests', null, null),
    schedule('later', 20, null),
    schedule('soon', 10, null),
    schedule('stuck', 30, 'the script is not approved'),
  ]);
  expect(order.map(({ name }) => name)).toEqual(['stuck', 'soon', 'later', 'rests']);
});

test('a schedule is asked for as typed, or every fault stands beside its field', () => {
  const typed = { ...nothingTyped('UTC'), name: ' Report ', script: 'weekly', args: '[1]' };
  const read = draftOf(typed);
  expect(read.ok && read.draft).toMatchObject({
    name: 'Report',
    target: { kind: 'script', script: 'weekly', args: [1] },
    timeZone: 'UTC',
  });
  expect(draftOf({ ...typed, name: '', script: '', args: 'x' })).toMatchObject({
    ok: false,
    faults: { name: expect.any(String), script: expect.any(String), args: expect.any(String) },
  });
  const task = { ...nothingTyped('UTC'), kind: 'agent' as const, name: 'x' };
  const faulty = draftOf({ ...task, workspace: 'site', minutes: '0' });
  expect(faulty.ok ? [] : Object.keys(faulty.faults).toSorted()).toEqual(['agent', 'minutes', 'prompt', 'workspace']);
  expect(draftOf({ ...task, agent: 'agent_abcdef', prompt: 'read', workspace: '/home/mia', minutes: '20' }).ok).toBe(
    true,
  );
});
