// Passwords as they are kept: argon2id with a salt of its own, tens of milliseconds and tens of megabytes a try. INVARIANT: at
// most two are computed at the same time and few wait, so that a flood of sign-ins can take neither the memory nor the threads
// that calls need; where nothing is stored the same is computed all the same (A8).
import { argon2 } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { sameDigest } from '../credentials.ts';

/** Of OWASP's minimum (46 MiB, one pass) twice the passes: about 100 ms here. Each kept password names its own. */
const COST = { memory: 47_104, passes: 2, parallelism: 1 } as const;
const TAG_BYTES = 32;
const SALT_BYTES = 16;
const AT_ONCE = 2;
const WAITING = 16;
/** A stored text that asks for more than this was not written by us. */
const MOST = { memory: 1_048_576, passes: 16, parallelism: 16 } as const;

export interface Passwords {
  /** Null: too many are being computed. */
  hash(password: string): Promise<Buffer | null>;
  /** `stored` null: nobody has it; the answer is false after the same time. Null: too many are being computed. */
  matches(password: string, stored: Uint8Array | null): Promise<boolean | null>;
}

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}
interface Kept {
  readonly cost: Cost;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

const FORM = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;
const plain = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

function keptIn(stored: Uint8Array): Kept | null {
  const [, memory, passes, parallelism, salt = '', tag = ''] = FORM.exec(Buffer.from(stored).toString('latin1')) ?? [];
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const within = (['memory', 'passes', 'parallelism'] as const).every(
    (name) => cost[name] > 0 && cost[name] <= MOST[name],
  );
  return within ? { cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') } : null;
}

const textOf = ({ cost, salt, tag }: Kept): string =>
  `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${plain(salt)}$${plain(tag)}`;

const compute = (password: string, salt: Buffer, cost: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // The same letters typed on another keyboard may be other code points.
    const message = Buffer.from(password.normalize('NFC'), 'utf8');
    argon2('argon2id', { message, nonce: salt, tagLength: TAG_BYTES, ...cost }, (error, tag) => {
      message.fill(0);
      if (error === null) resolve(tag);
      else reject(error);
    });
  });

/** Runs few at once, lets few wait, and turns the rest away. */
function gate(): <T>(work: () => Promise<T>) => Promise<T | null> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING) return null;
      // Whoever ends hands its place on, so that nobody takes it in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

export function createPasswords(clock: Pick<Clock, 'random'>): Passwords {
  const through = gate();
  const nobodys: Kept = { cost: COST, salt: clock.random(SALT_BYTES), tag: clock.random(TAG_BYTES) };
  return {
    hash: (password) =>
      through(async () => {
        const salt = clock.random(SALT_BYTES);
        return Buffer.from(textOf({ cost: COST, salt, tag: await compute(password, salt, COST) }), 'latin1');
      }),
    matches: (password, stored) =>
      through(async () => {
        const found = stored === null ? null : keptIn(stored);
        const { cost, salt, tag } = found ?? nobodys;
        const same = sameDigest(await compute(password, salt, cost), tag);
        return same && found !== null;
      }),
  };
}
