// A collector that fails, refuses, or refuses one record among many: nothing is lost without a word, nothing is set aside without
// reason, and what is sent again begins where it stopped.
import type { ForwardView, LedgerRecord } from '@castellan/contract';
import { createRedactor } from '@castellan/secrets';
import { expect, test } from 'vitest';
import { Shown } from '../src/evidence/export/shown.ts';
import { formsOf } from '../src/evidence/forms/forms.ts';
import { sendAll } from '../src/evidence/forward/batch.ts';
import type { Delivered } from '../src/evidence/forward/delivered.ts';
import { Forwarder } from '../src/evidence/forward/forwarder.ts';
import { type PlaceStore, readPlace } from '../src/evidence/forward/place.ts';
import { createExits } from '../src/exits/exits.ts';
import { manualClock } from './fixtures.ts';

const FORM = formsOf({ version: '1', host: 'box', pid: 1 }).syslog;
const SENT: Delivered = { kind: 'sent' };
const REFUSED: Delivered = { kind: 'refused', text: 'answered 400' };
const FAILED: Delivered = { kind: 'failed', text: 'does not answer', afterMs: 0 };

test('halves until the one that is refused is found; the rest arrive in their order', async () => {
  for (const poison of [0, 1, 6, 12]) {
    const taken: number[] = [];
    const aside: number[] = [];
    const failure = await sendAll(
      {
        deliver: async (message) => (message.includes(`<${poison}>`) ? REFUSED : SENT),
        message: (items) => items.join(''),
        harmless: ['harmless'],
        taken: async (entries) => void taken.push(...entries.map(({ index }) => index)),
        setAside: async ({ index }) => void aside.push(index),
      },
      Array.from({ length: 13 }, (_, index) => ({ index, items: [`<${index}>`] })),
      () => false,
    );
    expect(failure).toBeNull();
    expect(aside).toEqual([poison]);
    expect(taken).toEqual(Array.from({ length: 13 }, (_, n) => n).filter((n) => n !== poison));
  }
});

test('a collector that refuses everything has failed, and nothing is set aside', async () => {
  const aside: number[] = [];
  const failure = await sendAll(
    {
      deliver: async () => REFUSED,
      message: (items) => items.join(''),
      harmless: ['harmless'],
      taken: async () => undefined,
      setAside: async ({ index }) => void aside.push(index),
    },
    [
      { index: 3, items: ['a'] },
      { index: 4, items: ['b'] },
    ],
    () => false,
  );
  expect(failure).toMatchObject({ kind: 'failed', text: expect.stringContaining('no record at all') });
  expect(aside).toEqual([]);
});

/** A ledger in memory, a collector that answers as it is told, and a clock that is pushed. */
function room(answers: (message: string) => Delivered) {
  const records: LedgerRecord[] = [];
  const kept = new Map<string, string>();
  const store: PlaceStore = {
    meta: async (key) => kept.get(key) ?? null,
    setMeta: async (key, value) => void kept.set(key, value),
  };
  const redactor = createRedactor();
  const clock = manualClock();
  const messages: string[] = [];
  const troubles: string[] = [];
  const add = (text: string): void =>
    void records.push({ kind: 'refusal', at: 1_795_764_915_000, who: 'x', what: 'y', text });
  const made = async (): Promise<Forwarder> =>
    new Forwarder(
      { name: 'siem', to: 'syslog+tls://box', as: 'syslog', query: '' },
      {
        clock,
        store,
        form: FORM,
        select: null,
        shown: new Shown({ exits: createExits(redactor), redactor }),
        records: {
          get size() {
            return records.length;
          },
          async *read(from, to) {
            for (const [n, record] of records.slice(from, to).entries())
              yield { index: from + n, record, entry: new Uint8Array([n]) };
          },
          query: async () => [],
          record: async (record) => records.push(record) - 1,
        },
        deliver: async (message) => {
          const answer = answers(message);
          if (answer.kind === 'sent') messages.push(message);
          return answer;
        },
        troubled: (what, is) => void troubles.push(`${what} ${is}`),
      },
      (await readPlace(store, 'siem')) ?? { next: 0, setAside: 0, aside: [] },
    );
  return { records, add, clock, messages, troubles, made, kept };
}

/** Lets timers fire and what they began end, until the view is as wanted. */
async function turned(it: ReturnType<typeof room>, forwarder: Forwarder, wanted: (view: ForwardView) => boolean) {
  for (let n = 0; n < 500; n += 1) {
    if (wanted(forwarder.view)) return forwarder.view;
    it.clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(JSON.stringify(forwarder.view));
}

test('a failing collector is tried again, told on the third time, and gets everything once it works', async () => {
  let works = false;
  const it = room(() => (works ? SENT : FAILED));
  for (let n = 0; n < 1200; n += 1) it.add(`record ${n}.`);
  await using forwarder = await it.made();
  const failing = await turned(it, forwarder, () => it.troubles.includes('failing true'));
  expect(failing).toMatchObject({ state: 'failing', sentUntil: 0, behind: 1200, fault: { text: 'does not answer' } });
  works = true;
  const view = await turned(it, forwarder, ({ state }) => state === 'current');
  expect(view).toMatchObject({ sentUntil: 1200, sent: 1200, setAside: 0, fault: null });
  expect(it.troubles.at(-1)).toBe('failing false');
  // Bounded: no message has more than one batch.
  expect(it.messages.length).toBeGreaterThan(2);
  const all = it.messages.join('');
  for (let n = 0; n < 1200; n += 1) expect(all.includes(`"record ${n}."`)).toBe(true);
});

test('a record that is refused is set aside, on record and counted; after a restart it goes on behind the last one', async () => {
  const it = room((message) => (message.includes('poison') ? REFUSED : SENT));
  it.add('one');
  it.add('poison');
  it.add('three');
  {
    await using forwarder = await it.made();
    const view = await turned(it, forwarder, ({ state, setAside }) => setAside === 1 && state === 'current');
    expect(view).toMatchObject({ latestAside: [1], sent: 2 });
  }
  expect(it.records.at(-1)).toMatchObject({ kind: 'export', change: 'set-aside', index: 1, by: 'forward:siem' });
  expect(it.troubles).toContain('aside true');
  const before = it.messages.length;
  it.add('four');
  await using again = await it.made();
  expect(await turned(it, again, ({ state }) => state === 'current')).toMatchObject({ setAside: 1, latestAside: [1] });
  const said = it.messages.slice(before).join('');
  expect(said).toContain('four');
  expect(said).not.toContain('three');
  // What is recorded because it was forwarded is no reason to forward: it ends.
  expect(it.records.filter(({ kind }) => kind === 'export')).toHaveLength(1);
});
