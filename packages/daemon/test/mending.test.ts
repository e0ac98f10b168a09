// What is done at a person's word: recorded before, done by the hand it belongs to, nothing that was not offered. And the daily look at
// the whole ledger.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor, LedgerRecord } from '@castellan/contract';
import { createSigningKey, openLedger } from '@castellan/ledger';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { createAlarms } from '../src/alarms/index.ts';
import type { CheckFacts } from '../src/insight/index.ts';
import { type Hands, LedgerCheck, Mender } from '../src/mending/index.ts';
import { alarm, GOOD } from './check-facts.ts';
import { manualClock } from './fixtures.ts';

const MIA: Actor = { kind: 'person', user: 'user_aaaaaaaa', name: 'mia', role: 'admin', signIn: 'signin_aaaaaaaa' };

function room(change: Partial<CheckFacts>, hands: Partial<Hands> = {}, isFull = false) {
  const story: string[] = [];
  const said = async (text: string) => {
    story.push(text);
    return { ok: true, text };
  };
  const record = async (one: LedgerRecord): Promise<void> => {
    if (isFull) throw new Error('the disk is full');
    if (one.kind === 'check') story.push(`${one.change} ${one.check} by ${one.by}: ${one.text}`);
  };
  const mender = new Mender({
    clock: manualClock(),
    record,
    facts: async () => ({ ...GOOD, ...change }),
    hands: {
      closeOpen: async () => [await said('closed')],
      putBack: (agent) => said(`put back ${agent}`),
      prove: (agent) => said(`prove ${agent}`),
      tryChannel: (name) => said(`try ${name}`),
      verifyLedger: () => said('verify'),
      ...hands,
    },
  });
  return { mender, story };
}
const SILENT: Partial<CheckFacts> = {
  channels: [
    { name: 'phone', answers: 'sign-in', latest: null },
    { name: 'desk', answers: 'sign-in', latest: 'sent' },
    { name: 'chat', answers: 'sign-in', latest: 'given-up' },
  ],
};

test('it is on record before anything is done, and what came of it after', async () => {
  const { mender, story } = room(SILENT);
  expect(await mender.mend('channels', MIA)).toMatchObject({ kind: 'done', done: ['try phone', 'try chat'] });
  expect(story).toEqual([
    'begun channels by person:mia: send a test message through `phone`, `chat`',
    'try phone',
    'try chat',
    'mended channels by person:mia: try phone; try chat',
  ]);
});

test('what cannot be recorded is not done', async () => {
  const { mender, story } = room(SILENT, {}, true);
  await expect(mender.mend('channels', MIA)).rejects.toThrow('full');
  expect(story).toEqual([]);
});

test('one that fails is said, and ends none of the others', async () => {
  const { mender, story } = room(SILENT, {
    async tryChannel(name) {
      if (name === 'phone') throw new Error('no such host');
      return { ok: true, text: `${name} took it` };
    },
  });
  expect(await mender.mend('channels', MIA)).toMatchObject({ done: ['no such host', 'chat took it'] });
  expect(story.at(-1)).toBe('failed channels by person:mia: no such host; chat took it');
});

test.each<[string, Partial<CheckFacts>, string]>([
  ['ledger-verified', { verified: null }, 'verify'],
  [
    'proven',
    { proofs: [{ agent: 'agent_bbbbbb', name: 'x', state: 'never', text: '', due: 'never', at: null }] },
    'prove agent_bbbbbb',
  ],
  ['hooks', { alarms: [{ ...alarm('hooks-missing'), agent: 'agent_aaaaaa' }] }, 'put back agent_aaaaaa'],
])('%s has a hand of its own', async (id, change, done) => {
  expect(await room(change).mender.mend(id, MIA)).toMatchObject({ kind: 'done', done: [done] });
});

test('what is not offered is not done, and an item that is none is none', async () => {
  const { mender, story } = room({ faults: ['a fault'] });
  expect(await mender.mend('faults', MIA)).toMatchObject({ kind: 'not-ours', item: { state: 'bad' } });
  expect(await mender.mend('channels', MIA)).toMatchObject({ kind: 'not-ours', item: { state: 'good' } });
  expect(await mender.mend('__proto__', MIA)).toEqual({ kind: 'unknown' });
  expect(story).toEqual([]);
});

test('the ledger is verified once a day, and an old record that was changed raises an alarm that outlives a restart', async () => {
  const folder = join(tempFolder(), 'ledger');
  mkdirSync(folder, { mode: 0o700 });
  const signer = createSigningKey('castellan-test', (bytes) => Buffer.alloc(bytes, 7));
  const opened = await openLedger({ dir: folder, signer });
  if (opened.kind === 'refused') throw new Error(opened.message);
  for (let each = 0; each < 5; each++) await opened.ledger.append(Buffer.from(`record ${each}`));
  const clock = manualClock();
  const alarms = createAlarms({ clock, tell: () => undefined });
  const kept = new Map([['checkpoint', Buffer.from(opened.ledger.checkpoint.bytes).toString('base64')]]);
  await opened.ledger.close();
  const store = {
    meta: async (name: string) => kept.get(name) ?? null,
    setMeta: async (name: string, value: string) => void kept.set(name, value),
  };
  const check = await LedgerCheck.open({ clock, store, alarms, folder });
  expect(check.last).toBeNull();
  using _begun = check.begin();
  clock.advance(10 * 60_000);
  await expect.poll(() => check.last).toMatchObject({ ok: true, text: '5 records, none changed, none missing' });
  // Within the day nothing is read again.
  const { at } = check.last ?? { at: 0 };
  clock.advance(23 * 3_600_000);
  expect(check.last?.at).toBe(at);

  const journal = join(folder, 'journal');
  writeFileSync(journal, readFileSync(journal, 'latin1').replace('record 3', 'record 4'), 'latin1');
  clock.advance(2 * 3_600_000);
  await expect.poll(() => check.last?.ok).toBe(false);
  expect(alarms.open()).toMatchObject([{ kind: 'ledger-damaged', hint: expect.stringContaining('evidence') }]);
  const later = createAlarms({ clock, tell: () => undefined });
  const again = await LedgerCheck.open({ clock, store, alarms: later, folder });
  expect(again.last).toMatchObject({ ok: false });
  expect(later.open()).toHaveLength(1);
});

test('what was kept of the last look is believed only in its own form', async () => {
  for (const text of ['', 'null', '[]', '{"at":"now","ok":true,"text":""}', '{"at":1,"ok":"yes","text":""}']) {
    const store = { meta: async () => text, setMeta: async () => undefined };
    const clock = manualClock();
    const alarms = createAlarms({ clock, tell: () => undefined });
    expect((await LedgerCheck.open({ clock, store, alarms, folder: '/none' })).last).toBeNull();
  }
});
