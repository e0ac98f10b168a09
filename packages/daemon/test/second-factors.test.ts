// Second factors over a real database: two at the same instant, another site, a restart, somebody who is gone.
import { join } from 'node:path';
import type { Actor, FactorProof, JsonObject } from '@castellan/contract';
import {
  type Authenticator,
  appCode,
  type Lie,
  type MakingOptions,
  softAuthenticator,
  tempFolder,
  type UsingOptions,
  verifies,
} from '@castellan/testkit';
import { expect, test } from 'vitest';
import { criticalRefusal, factorsInUse, loadSecondFactors, type SecondFactors, siteOf } from '../src/identity/index.ts';
import { openStore, type Store } from '../src/store/index.ts';
import { type ManualClock, manualClock } from './fixtures.ts';

const MIA = 'user_aaaaaaaa';
const TOM = 'user_bbbbbbbb';
const AT = 1_800_000_000_000;
const HERE = 'http://localhost:9999';
const FAR = 'https://gate.example.org';

const named = (origin: string) => {
  const site = siteOf(origin);
  if (site.kind !== 'site') throw new Error('no site');
  return site;
};

interface Room extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly factors: SecondFactors;
  readonly used: string[];
  readonly path: string;
}

async function room(path = join(tempFolder(), 'castellan.db'), clock = manualClock(AT)): Promise<Room> {
  const store: Store = await openStore(path, (text) => text);
  const used: string[] = [];
  const factors = await loadSecondFactors(store, clock, async (user, left) => {
    used.push(`${user} ${left}`);
  });
  return { clock, factors, used, path, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

async function addApp({ factors, clock }: Room, user: `user_${string}` = MIA) {
  const { secret } = factors.enrolment.beginTotp(user, 'mia');
  const added = await factors.enrolment.confirmTotp(user, appCode(secret, clock.now()));
  if (added.kind !== 'added') throw new Error(added.why);
  return { secret, codes: added.codes };
}

async function addKey(
  { factors }: Room,
  device: Authenticator,
  user: `user_${string}` = MIA,
  origin = HERE,
  lie: Lie = {},
) {
  const options = factors.enrolment.beginPasskey(user, 'mia', named(origin)) as unknown as MakingOptions;
  return factors.enrolment.addPasskey(user, 'a key', device.create(options, origin, lie) as JsonObject);
}

const account = (user: `user_${string}` = MIA) => ({ kind: 'account', user }) as const;
const beginUse = ({ factors }: Room, user: `user_${string}` = MIA, origin = HERE): UsingOptions =>
  factors.begin(account(user), named(origin)) as unknown as UsingOptions;
const answer = (device: Authenticator, options: UsingOptions, origin = HERE, lie: Lie = {}): FactorProof => ({
  kind: 'passkey',
  response: device.get(options, origin, lie) as JsonObject,
});

verifies(
  ['A11'],
  'of two with one code, one recovery code or one count of a passkey at the same instant one is right',
  async () => {
    await using it = await room();
    const { secret, codes } = await addApp(it);
    const key = softAuthenticator();
    expect((await addKey(it, key)).kind).toBe('added');
    it.clock.advance(30_000);
    const kinds = async (proofs: readonly FactorProof[]): Promise<readonly string[]> =>
      (await Promise.all(proofs.map((proof) => it.factors.prove(proof, account())))).map(({ kind }) => kind).toSorted();
    const code: FactorProof = { kind: 'totp', code: appCode(secret, it.clock.now()) };
    expect(await kinds([code, code, code])).toEqual(['right', 'wrong', 'wrong']);
    const recovery: FactorProof = { kind: 'recovery', code: codes[3] ?? '' };
    expect(await kinds([recovery, recovery, recovery])).toEqual(['right', 'wrong', 'wrong']);
    expect(it.used).toEqual([`${MIA} 9`]);
    // Two good signatures over two good challenges, by a key and its copy.
    const [one, two] = [beginUse(it), beginUse(it)];
    const copies = [answer(key, one, HERE, { counter: 5 }), answer(key, two, HERE, { counter: 5 })];
    expect(await kinds(copies)).toEqual(['right', 'wrong']);
  },
);

verifies(['A11'], 'a passkey is for the site it was made at, and for no other listener', async () => {
  await using it = await room();
  const key = softAuthenticator();
  await addKey(it, key);
  expect(it.factors.begin(account(), named(FAR))).toBeNull();
  expect((await it.factors.ask(MIA, FAR))?.passkey, 'there is none for that page').toBeUndefined();
  expect((await it.factors.ask(MIA, FAR))?.factors, 'and yet a factor is needed').toEqual(['passkey', 'recovery']);
  expect((await it.factors.ask(MIA, HERE))?.passkey).toBeDefined();
  expect(await it.factors.ask(TOM, HERE)).toBeNull();
  const far = softAuthenticator();
  await addKey(it, far, MIA, FAR);
  expect(it.factors.passkeys(MIA).map(({ site }) => site)).toEqual(['localhost', 'gate.example.org']);
  // Asked here, answered there: the browser's own words give it away.
  const asked = beginUse(it, MIA, FAR);
  expect((await it.factors.prove(answer(far, asked, HERE), account())).kind).toBe('wrong');
  expect((await it.factors.prove(answer(far, beginUse(it, MIA, FAR), FAR), account())).kind).toBe('right');
  // The key of this site, in an authenticator that says it is of the other one.
  const { challenge } = beginUse(it, MIA, FAR);
  const astray = answer(key, { challenge, rpId: 'localhost' }, FAR, { rpId: 'gate.example.org' });
  expect((await it.factors.prove(astray, account())).kind).toBe('wrong');
});

const LIES: readonly (readonly [string, Lie])[] = [
  ['another origin', { origin: 'http://localhost:3000' }],
  ['another site', { rpId: 'evil.example' }],
  ['the other ceremony', { type: 'webauthn.create' }],
  ['nobody touched it', { absent: true }],
  ['nobody showed a finger', { unverified: true }],
  ['in a frame', { crossOrigin: true }],
  ['changed words', { tampered: true }],
  ['of somebody else', { userHandle: Buffer.from(TOM).toString('base64url') }],
  ['of nobody', { userHandle: null }],
  ['a count that went back', { counter: 0 }],
];

verifies(
  ['A11'],
  'alone a passkey counts where everything fits, it saw who holds it, and it says whose it is',
  async () => {
    await using it = await room();
    const key = softAuthenticator();
    await addKey(it, key);
    const alone = (lie: Lie = {}) => {
      const { options } = it.factors.beginSignIn(named(HERE));
      return it.factors.proveAlone(key.get(options as unknown as UsingOptions, HERE, lie) as JsonObject);
    };
    expect(await alone()).toEqual({ kind: 'right', user: MIA });
    for (const [what, lie] of LIES) expect([what, (await alone(lie)).kind]).toEqual([what, 'wrong']);
    expect(await alone()).toEqual({ kind: 'right', user: MIA });
    // A challenge of a second factor or of the account signs nobody in.
    const response = key.get(beginUse(it), HERE) as JsonObject;
    expect((await it.factors.proveAlone(response)).kind).toBe('wrong');
    expect((await it.factors.proveAlone({ id: 'x' })).kind).toBe('wrong');
    expect((await it.factors.proveAlone({})).kind).toBe('wrong');
  },
);

test('everything outlives a restart but what was begun; wrong tries too', async () => {
  const first = await room();
  const { secret, codes } = await addApp(first);
  const key = softAuthenticator();
  await addKey(first, key);
  first.clock.advance(30_000);
  const code: FactorProof = { kind: 'totp', code: appCode(secret, first.clock.now()) };
  expect((await first.factors.prove(code, account())).kind).toBe('right');
  expect((await first.factors.prove(answer(key, beginUse(first), HERE, { counter: 7 }), account())).kind).toBe('right');
  const [used = '', open = ''] = codes;
  expect((await first.factors.prove({ kind: 'recovery', code: used }, account())).kind).toBe('right');
  const asked = beginUse(first);
  for (let n = 0; n < 5; n += 1)
    expect((await first.factors.prove({ kind: 'recovery', code: 'AAAA-BBBB-CCCC-DDDD' }, account())).kind).toBe(
      'wrong',
    );
  await first[Symbol.asyncDispose]();

  await using next = await room(first.path, first.clock);
  expect(next.factors.of(MIA)).toEqual({ totp: true, passkeys: 1, recoveryCodes: 9 });
  expect(next.factors.passkeys(MIA)).toEqual(first.factors.passkeys(MIA));
  expect((await next.factors.prove({ kind: 'recovery', code: open }, account())).kind).toBe('held-off');
  // Passkeys cannot be guessed and are not held off with codes: nobody is kept out by somebody who guesses.
  expect((await next.factors.prove(answer(key, asked), account())).kind, 'begun before').toBe('wrong');
  expect((await next.factors.prove(answer(key, beginUse(next), HERE, { counter: 7 }), account())).kind, 'counted').toBe(
    'wrong',
  );
  expect((await next.factors.prove(answer(key, beginUse(next), HERE, { counter: 8 }), account())).kind).toBe('right');
  next.clock.advance(60_000);
  expect((await next.factors.prove(code, account())).kind, 'used before').toBe('wrong');
  expect((await next.factors.prove({ kind: 'recovery', code: used }, account())).kind).toBe('wrong');
  expect((await next.factors.prove({ kind: 'recovery', code: open }, account())).kind).toBe('right');
});

test('somebody who is gone leaves nothing; somebody else keeps theirs', async () => {
  await using it = await room();
  const [hers, his] = [softAuthenticator(), softAuthenticator()];
  await addApp(it);
  await addKey(it, hers);
  await addKey(it, his, TOM);
  const asked = beginUse(it);
  await it.factors.forget(MIA);
  expect(it.factors.of(MIA)).toEqual({ totp: false, passkeys: 0, recoveryCodes: 0 });
  expect(await it.factors.ask(MIA, HERE)).toBeNull();
  expect((await it.factors.prove(answer(hers, asked), account())).kind).toBe('wrong');
  expect(it.factors.of(TOM)).toEqual({ totp: false, passkeys: 1, recoveryCodes: 10 });
});

test('an app that was begun counts only with its own newest secret, and not for ever', async () => {
  await using it = await room();
  const { enrolment } = it.factors;
  const old = enrolment.beginTotp(MIA, 'mia');
  const fresh = enrolment.beginTotp(MIA, 'mia');
  const confirm = async (secret: string): Promise<string> =>
    (await enrolment.confirmTotp(MIA, appCode(secret, it.clock.now()))).kind;
  expect(await confirm(old.secret)).toBe('refused');
  it.clock.advance(15 * 60_000);
  expect(await confirm(fresh.secret)).toBe('refused');
  const again = enrolment.beginTotp(MIA, 'mia');
  expect(await confirm(again.secret)).toBe('added');
  expect(await confirm(again.secret), 'once').toBe('refused');
});

test('who may approve what a Critical rule asked about', () => {
  const person = (user: `user_${string}`) =>
    ({ kind: 'person', user, name: 'x', role: 'approver', signIn: 'signin_aaaaaaaa' }) as const;
  const holders = (...users: readonly `user_${string}`[]) => ({
    has: (user: `user_${string}`) => users.includes(user),
    users: () => new Set(users),
  });
  const link = { kind: 'link', channel: 'phone' } as const;
  const token: Actor = {
    kind: 'api-token',
    token: 'apitoken_aaaaaaaa',
    name: 'x',
    permissions: new Set(['approvals:resolve']),
  };
  for (const actor of [link, token, { kind: 'local-cli' }, { kind: 'nobody' }] as const)
    for (const inUse of [true, false]) {
      expect(criticalRefusal(actor, null, holders(), inUse)).toBe('not-a-person');
      expect(criticalRefusal(actor, 'totp', holders(), inUse)).toBe('not-a-person');
    }
  expect(criticalRefusal(person(MIA), null, holders(), false)).toBeNull();
  expect(criticalRefusal(person(MIA), null, holders(MIA), true)).toBe('factor-required');
  // Their own counts even where it is nobody else's to see, as of an account that may not enter.
  expect(criticalRefusal(person(MIA), null, holders(MIA), false)).toBe('factor-required');
  expect(criticalRefusal(person(MIA), null, holders(TOM), true)).toBe('factor-missing');
  expect(criticalRefusal(person(MIA), 'passkey', holders(MIA), true)).toBeNull();
  expect(factorsInUse(holders(TOM))).toBe(true);
  expect(factorsInUse(holders())).toBe(false);
});
