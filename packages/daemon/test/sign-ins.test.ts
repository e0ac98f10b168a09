// The attacker has read the file in which the command line keeps its sign-in, and does not ask the command line how long that is
// good for (A5). The daemon ends it, over a real database and a clock of ours.
import { join } from 'node:path';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { loadSignIns } from '../src/identity/people/sign-ins.ts';
import { openStore } from '../src/store/index.ts';
import { manualClock } from './fixtures.ts';

const MIA = 'user_aaaaaaaa';
const AT = 1_800_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SOCKET = { address: 'unix', client: 'program' };
const NETWORK = { address: '127.0.0.1', client: 'program' };

async function room() {
  const clock = manualClock(AT);
  const path = join(tempFolder(), 'castellan.db');
  const store = await openStore(path, (text) => text);
  return { clock, store, signIns: await loadSignIns(store, clock) };
}

verifies(
  ['A5', 'A6'],
  'a sign-in of a terminal that nobody used for half an hour is over, also for its file',
  async () => {
    const { clock, store, signIns } = await room();
    const { signIn, secret } = await signIns.start(MIA, 'program', 'none', SOCKET);
    clock.advance(29 * MINUTE);
    const used = await signIns.rotate(secret, SOCKET);
    if (used.kind !== 'rotated') throw new Error(used.kind);
    clock.advance(31 * MINUTE);
    expect(await signIns.rotate(used.secret, SOCKET)).toEqual({ kind: 'nobody' });
    expect(signIns.seen(signIn.id)).toBeNull();
    expect(signIns.list()).toEqual([]);
    // Neither does a restart bring it back.
    expect((await loadSignIns(store, clock)).list()).toEqual([]);
    expect((await signIns.keep()).map(({ id }) => id)).toEqual([signIn.id]);
  },
);

verifies(['A5', 'A6'], 'eight hours end it however much it is used', async () => {
  const { clock, signIns } = await room();
  let { secret, signIn } = await signIns.start(MIA, 'program', 'none', SOCKET);
  expect(signIn.expiresAt).toBe(AT + 8 * HOUR);
  while (clock.now() + 20 * MINUTE < AT + 8 * HOUR) {
    clock.advance(20 * MINUTE);
    const used = await signIns.rotate(secret, SOCKET);
    if (used.kind !== 'rotated') throw new Error(used.kind);
    secret = used.secret;
  }
  clock.advance(20 * MINUTE);
  expect(await signIns.rotate(secret, SOCKET)).toEqual({ kind: 'nobody' });
});

verifies(
  ['A6'],
  'a token of the socket is none of the network, nor the other way round; nothing ends by the try',
  async () => {
    const { signIns } = await room();
    const here = await signIns.start(MIA, 'program', 'none', SOCKET);
    const there = await signIns.start(MIA, 'program', 'none', NETWORK);
    expect(await signIns.rotate(here.secret, NETWORK)).toEqual({ kind: 'nobody' });
    expect(await signIns.rotate(there.secret, SOCKET)).toEqual({ kind: 'nobody' });
    expect((await signIns.rotate(here.secret, SOCKET)).kind).toBe('rotated');
    expect((await signIns.rotate(there.secret, NETWORK)).kind).toBe('rotated');
  },
);

verifies(['A6'], 'a program of the network lasts 72 hours, used or not', async () => {
  const { clock, signIns } = await room();
  const { secret } = await signIns.start(MIA, 'program', 'none', NETWORK);
  clock.advance(71 * HOUR);
  const used = await signIns.rotate(secret, NETWORK);
  if (used.kind !== 'rotated') throw new Error(used.kind);
  clock.advance(HOUR);
  expect(await signIns.rotate(used.secret, NETWORK)).toEqual({ kind: 'nobody' });
});
