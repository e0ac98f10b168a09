// The links of messages, by themselves: each once, for its own question, until it is settled or over.
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect } from 'vitest';
import { Links } from '../src/notify/links.ts';
import { approval, manualClock } from './fixtures.ts';

verifies(['H3', 'A3'], 'a link is 256 bits that another room does not know; used by one, it is nobody else’s', () => {
  const clock = manualClock();
  const links = new Links(clock);
  const made = Array.from({ length: 20 }, () => links.make(approval('a1'), 'bell', 'approve', 'page'));
  expect(new Set(made).size).toBe(20);
  for (const token of made) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  const [token = ''] = made;
  expect(new Links(clock).find(token, 'page'), 'another run').toEqual({ kind: 'none' });
  expect(links.find(token, 'button'), 'a link is no button').toEqual({ kind: 'none' });
  const found = links.find(token, 'page');
  if (found.kind !== 'live') throw new Error(found.kind);
  const back = links.take(found.key);
  expect(links.take(found.key)).toBeNull();
  expect(links.find(token, 'page').kind).toBe('over');
  back?.();
  expect(links.find(token, 'page').kind, 'nothing was answered').toBe('live');
  clock.advance(119_999);
  expect(links.find(token, 'page').kind).toBe('live');
  clock.advance(1);
  expect(links.find(token, 'page').kind).toBe('over');
});

verifies(['H3'], 'settling one question ends its links and no others; so does taking a channel out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a1', 'a2', 'a3'), fc.constantFrom('x', 'y')), { maxLength: 20 }),
      fc.constantFrom('a1', 'a2', 'a3'),
      fc.constantFrom('x', 'y'),
      (wanted, settled, gone) => {
        const links = new Links(manualClock());
        const made = wanted.map(([id, channel]) => ({
          id,
          channel,
          token: links.make(approval(id), channel, 'deny', 'page'),
        }));
        links.settle(`approval_${settled}`);
        links.endChannel(gone);
        for (const { id, channel, token } of made)
          expect(links.find(token, 'page').kind).toBe(id === settled || channel === gone ? 'over' : 'live');
      },
    ),
  );
});

verifies(
  ['H3'],
  'a reminder each minute for a day fills no memory: of one question in one channel the latest are good',
  () => {
    const links = new Links(manualClock());
    const made = Array.from({ length: 5000 }, () => links.make(approval('a1'), 'bell', 'look', 'page'));
    const kinds = made.map((token) => links.find(token, 'page').kind);
    expect(kinds.filter((kind) => kind === 'live')).toHaveLength(30);
    expect(kinds.slice(-30)).toEqual(Array.from({ length: 30 }, () => 'live'));
    expect(kinds.filter((kind) => kind === 'none').length, 'the oldest are forgotten').toBeGreaterThan(0);
  },
);
