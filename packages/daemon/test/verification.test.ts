// The room of verifications: what a canary's question may be answered with, when an agent is due, and how a run ends. The
// attacker is an agent that reads the word of a verification and writes it into a call of its own.
import type { Approval, Effect, Verification } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { CanaryDesk, isHarmless } from '../src/approvals/canary-desk.ts';
import { dueOf } from '../src/verification/due.ts';
import { AGENT, check, DAY, ended, room } from './verification-room.ts';

const NONCE = 'f00d'.repeat(6);
const FOLDER = '/tmp/castellan-verify-x';
const word = (answer: 'yes' | 'no'): string => `castellan-confirm-${answer}-${NONCE}`;

const path = (kind: Effect['kind'], target: string, more: Partial<Effect> = {}): Effect => ({
  ...{ kind, target, targetKind: 'path', place: 'temp', certainty: 'certain' },
  ...more,
});
const program = (target: string, more: Partial<Effect> = {}): Effect => ({
  ...{ kind: 'execute', target, targetKind: 'command', place: 'none', certainty: 'certain' },
  ...more,
});

verifies(
  ['K6', 'H5'],
  'a canary is answered yes only where all it does is certain and stays in the folder that is gone',
  () => {
    const inside = path('write', `${FOLDER}/a`);
    for (const [effects, harmless] of [
      [[program('touch'), inside], true],
      [[program('rm'), path('delete', `${FOLDER}/a`)], true],
      [[inside], true],
      // Nothing said is nothing known.
      [[], false],
      [[program('touch'), path('write', '/home/me/.ssh/authorized_keys')], false],
      [[program('touch'), path('write', `${FOLDER}-beside/a`)], false],
      [[program('touch'), path('write', FOLDER)], false],
      [[inside, path('read', '/etc/shadow')], false],
      [[inside, program('sh')], false],
      [[program(`${FOLDER}/made.sh`)], false],
      [[path('write', `${FOLDER}/a`, { certainty: 'likely' as never })], false],
      [[inside, program('touch', { certainty: 'unknown' })], false],
      [[inside, { ...program('curl'), kind: 'connect', targetKind: 'host', target: 'evil.example' } as Effect], false],
      [[path('write', `${FOLDER}/a`, { resource: 'credentials' })], false],
    ] as const)
      expect(isHarmless(effects, FOLDER), JSON.stringify(effects)).toBe(harmless);
  },
);

const approvalOf = (id: string, command: string, effects: readonly Effect[], agent = AGENT): Approval =>
  ({ id, agent, arguments: { command }, effects, state: { kind: 'pending' } }) as unknown as Approval;

function desk() {
  const answered: [string, boolean][] = [];
  const open: Approval[] = [];
  const made = new CanaryDesk({
    approvals: () => open,
    answer: async (id, yes) => void answered.push([id, yes]),
  });
  const ask = (approval: Approval): boolean => {
    open.push(approval);
    return made.asked(approval);
  };
  return { made, answered, ask };
}

verifies(
  ['K6', 'H5', 'A5'],
  'an agent that copies the word of a verification has only made its own call ask',
  async () => {
    const { made, answered, ask } = desk();
    const trial = made.open({ agent: AGENT, nonce: NONCE, folder: FOLDER });
    const touch = [program('touch'), path('write', `${FOLDER}/${word('yes')}`)];
    const evil = [program('rm'), path('delete', '/home/me')];
    const waits = trial.answer(word('yes'), true);
    // The copy comes first, and is left to a person, who is told of it.
    expect(ask(approvalOf('copy', `rm -rf ~ # ${word('yes')}`, evil))).toBe(false);
    expect(ask(approvalOf('other', `touch ${FOLDER}/${word('yes')}`, touch, 'agent_bbbbbb'))).toBe(false);
    expect(answered).toEqual([]);
    // Its own is answered once, and nobody is asked.
    expect(ask(approvalOf('own', `touch ${FOLDER}/${word('yes')}`, touch))).toBe(true);
    await waits;
    ask(approvalOf('again', `touch ${FOLDER}/${word('yes')}`, touch));
    expect(answered).toEqual([['own', true]]);
    // A word makes any call of that agent ask, and of no other.
    const call = (agent: string, command: string) => ({ agent, arguments: { command } }) as never;
    expect(made.floors(call(AGENT, `ls # ${word('no')}`)).map(({ outcome }) => outcome)).toEqual(['confirm']);
    expect(made.floors(call(AGENT, `ls # ${NONCE}`))).toEqual([]);
    expect(made.floors(call('agent_bbbbbb', `ls # ${word('no')}`))).toEqual([]);
    // When it is over the word is a word.
    const late = expect(trial.answer(word('no'), false)).rejects.toThrow('over');
    trial[Symbol.dispose]();
    await late;
    expect(made.floors(call(AGENT, `ls # ${word('no')}`))).toEqual([]);
    expect(ask(approvalOf('after', `touch ${FOLDER}/${word('yes')}`, touch))).toBe(false);
    expect(answered).toHaveLength(1);
  },
);

const ENTRIES = `sha256:${'0'.repeat(64)}` as const;
const was = (state: Verification['state'], endedAt: number, version = '1'): Verification => ({
  ...{ agent: AGENT, state, version, startedAt: endedAt, endedAt, checks: [], text: '' },
});

test('when an agent is due, and whether it is proven unasked', () => {
  const config = { everyDays: 7, onUpgrade: true };
  const now = 100 * DAY;
  const due = (verification: Verification | null, more: object = {}) =>
    dueOf({ verification, version: '1', entries: ENTRIES, alarm: null, config, now, ...more });
  expect(due(null)).toEqual({ text: 'it was never proven', unasked: true });
  expect(due(null, { config: { everyDays: 0, onUpgrade: true } }).unasked).toBe(false);
  expect(due(was('held', now - DAY))).toEqual({ text: '', unasked: false });
  expect(due(was('held', now - 7 * DAY))).toEqual({ text: 'it was proven 7 days ago', unasked: true });
  expect(due(was('held', now - DAY), { version: '2' })).toMatchObject({ unasked: true });
  expect(due(was('held', now - DAY), { version: '2', config: { everyDays: 7, onUpgrade: false } }).unasked).toBe(false);
  // What counts now is not what was proven.
  const other = { ...was('held', now - DAY), entries: `sha256:${'1'.repeat(64)}` as const };
  expect(due({ ...other, entries: ENTRIES })).toEqual({ text: '', unasked: false });
  expect(due(other)).toEqual({ text: 'it was connected in another way since', unasked: true });
  expect(due(was('held', now - DAY), { alarm: 'hooks are gone' })).toEqual({ text: 'hooks are gone', unasked: false });
  // Not again and again: what did not hold waits for its day, or for a person.
  expect(due(was('not-held', now - DAY))).toEqual({ text: 'it did not hold', unasked: false });
  expect(due(was('failed', now - 8 * DAY)).unasked).toBe(true);
  expect(due(was('running', now), { version: '2' })).toEqual({ text: '', unasked: false });
});

test('without a credential that is kept nothing is proven, which is said and raised', async () => {
  const { it, records, alarms, rows } = await room(async function* () {
    yield check('never', true);
  });
  expect(await it.start(AGENT)).toMatchObject({ kind: 'begun', verification: { state: 'running', version: '2.0' } });
  expect(await ended(it)).toMatchObject({ state: 'failed', checks: [], text: expect.stringContaining('credential') });
  await it[Symbol.asyncDispose]();
  expect(records).toMatchObject([{ kind: 'verification', agent: AGENT, held: false }]);
  expect(alarms.open().map(({ kind }) => kind)).toEqual(['not-held']);
  expect(rows.get(AGENT)?.state).toBe('failed');
});

test('what did not hold is raised again after a restart, and another version is told of', async () => {
  const failed = was('not-held', 99 * DAY, '1.9');
  const { it, alarms } = await room(async function* () {}, { kept: [failed] });
  expect(alarms.open().map(({ kind }) => kind)).toEqual(['not-held']);
  const [standing] = await it.standings();
  expect(standing).toMatchObject({ version: '2.0', known: false, due: expect.stringContaining('1.9 was proven') });
  await it.look();
  expect(
    alarms
      .open()
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(['not-held', 'unproven']);
  await it[Symbol.asyncDispose]();
});

verifies(['K6'], 'it is not shown as held while its hooks are gone, nor for another way of connecting it', async () => {
  const { it, alarms, connect } = await room(async function* () {}, { kept: [was('held', 100 * DAY, '2.0')] });
  const due = async () => (await it.standings())[0]?.due;
  expect(await due()).toBe('');
  alarms.raise('hooks-missing', AGENT, 'the hooks are missing', 'connect it again');
  expect(await due()).toBe('the hooks are missing');
  expect(await it.proofs()).toMatchObject([{ state: 'held', due: 'the hooks are missing' }]);
  alarms.end('hooks-missing', AGENT);
  expect(await due()).toBe('');
  await it[Symbol.asyncDispose]();
  const { entries: _, ...before } = was('held', 100 * DAY, '2.0');
  const again = await room(async function* () {}, { kept: [{ ...before, entries: connect.entries() }] });
  expect((await again.it.standings())[0]?.due).toBe('');
  again.connect.as('gateway');
  expect((await again.it.standings())[0]?.due).toBe('it was connected in another way since');
  await again.it[Symbol.asyncDispose]();
});
