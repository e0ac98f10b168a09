// The pure parts of second factors: codes by time, recovery codes, attempts, challenges, sites, and the two ceremonies of passkeys.
import { generateKeyPairSync } from 'node:crypto';
import { parsePasskeyMade, parsePasskeyUsed } from '@castellan/contract';
import { type Lie, type MakingOptions, softAuthenticator, type UsingOptions } from '@castellan/testkit';
import fc from 'fast-check';
import { TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { createAttempts } from '../src/identity/factors/attempts.ts';
import { createChallenges } from '../src/identity/factors/challenges.ts';
import {
  challengeOf,
  checkMade,
  checkUsed,
  makingOptions,
  ownerSaid,
  type PasskeyKey,
  usingOptions,
} from '../src/identity/factors/passkeys.ts';
import { newRecoveryCodes, recoveryDigest } from '../src/identity/factors/recovery-codes.ts';
import { siteOf } from '../src/identity/factors/site.ts';
import { acceptedStep, base32Of, newTotpSecret, totpUri } from '../src/identity/factors/totp.ts';
import { manualClock } from './fixtures.ts';

const clock = manualClock();
const MIA = 'user_aaaaaaaa';
const TOM = 'user_bbbbbbbb';
const SITE = { kind: 'site', id: 'localhost', origin: 'http://localhost:9999' } as const;

test('TOTP: the test vector of RFC 6238, and an app that reads the address makes the same codes', () => {
  const rfc = new TextEncoder().encode('12345678901234567890');
  // 94287082 of the RFC's table has eight digits; an app shows the last six.
  expect(acceptedStep(rfc, '287082', 59_000, -1)).toBe(1);
  const secret = newTotpSecret(clock.random);
  expect(secret).toHaveLength(20);
  const uri = totpUri(secret, 'mia');
  expect(uri).toMatch(
    /^otpauth:\/\/totp\/Castellan:mia\?issuer=Castellan&secret=[A-Z2-7]{32}&algorithm=SHA1&digits=6&period=30$/,
  );
  expect(uri).toContain(base32Of(secret));
});

test('TOTP: one step each way, each step once, and never an older one', () => {
  const secret = newTotpSecret(clock.random);
  const app = new TOTP({ secret: base32Of(secret) });
  const at = 1_800_000_000_000;
  const step = at / 30_000;
  const code = (steps: number): string => app.generate({ timestamp: at + steps * 30_000 });
  expect(acceptedStep(secret, code(0), at, 0)).toBe(step);
  expect(acceptedStep(secret, code(-1), at, 0)).toBe(step - 1);
  expect(acceptedStep(secret, code(1), at, 0)).toBe(step + 1);
  expect(acceptedStep(secret, code(-2), at, 0)).toBeNull();
  expect(acceptedStep(secret, code(2), at, 0)).toBeNull();
  expect(acceptedStep(secret, code(0), at, step), 'again').toBeNull();
  expect(acceptedStep(secret, code(-1), at, step), 'an older one after it').toBeNull();
  expect(acceptedStep(secret, '', at, 0)).toBeNull();
  fc.assert(
    fc.property(fc.stringMatching(/^\d{6}$/), (guess) => {
      const right = [code(-1), code(0), code(1)].includes(guess);
      expect(acceptedStep(secret, guess, at, 0) !== null).toBe(right);
    }),
  );
});

test('recovery codes are ten, different, 80 bits each, and read however they were typed', () => {
  const codes = newRecoveryCodes(clock.random);
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) {
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    const sloppy = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(recoveryDigest(sloppy)).toEqual(recoveryDigest(code));
  }
  const seen = new Set<string>();
  for (let bit = 0; bit < 80; bit += 1) {
    const bytes = Buffer.alloc(10);
    bytes[bit >> 3] = 1 << (bit & 7);
    seen.add(newRecoveryCodes(() => bytes)[0] ?? '');
  }
  expect(seen.size, 'every bit counts').toBe(80);
});

test('five wrong ones hold off a minute, then two, up to an hour; a right one forgets; it stands over a restart', () => {
  const own = manualClock();
  const attempts = createAttempts(own, []);
  const spend = (): void => {
    for (let n = 0; n < 5; n += 1) expect(attempts.take(MIA)).toEqual({ kind: 'go' });
  };
  const holds: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    spend();
    const held = attempts.take(MIA);
    if (held.kind !== 'held-off') throw new Error('expected a hold');
    holds.push(held.seconds);
    const again = createAttempts(own, [[MIA, attempts.of(MIA) ?? { wrong: 0, lastAt: 0, heldUntil: 0 }]]);
    expect(again.take(MIA)).toEqual(held);
    expect(attempts.take(TOM), 'nobody else').toEqual({ kind: 'go' });
    own.advance(held.seconds * 1000);
  }
  expect(holds).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  attempts.right(MIA);
  spend();
  expect(attempts.take(MIA)).toEqual({ kind: 'held-off', seconds: 60 });
});

test('slow guessing is held off as quick guessing is', () => {
  const own = manualClock();
  const attempts = createAttempts(own, []);
  let went = 0;
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    if (attempts.take(MIA).kind === 'go') went += 1;
    own.advance(60_000);
  }
  expect(went).toBeLessThan(150);
});

test('a challenge is good once, for one purpose, one person and five minutes', () => {
  const own = manualClock();
  const challenges = createChallenges(own);
  const account = { kind: 'account', user: MIA } as const;
  const first = challenges.make(account, SITE);
  expect(Buffer.from(first, 'base64url')).toHaveLength(32);
  expect(challenges.take(first, account)).toEqual(SITE);
  expect(challenges.take(first, account), 'again').toBeNull();
  for (const other of [
    { kind: 'account', user: TOM },
    { kind: 'register', user: MIA },
    { kind: 'second-factor', user: MIA, attempt: '' },
    { kind: 'sign-in' },
  ] as const) {
    const made = challenges.make(account, SITE);
    expect(challenges.take(made, other)).toBeNull();
    expect(challenges.take(made, account), 'burnt by the wrong use').toBeNull();
  }
  const old = challenges.make(account, SITE);
  own.advance(5 * 60_000);
  expect(challenges.take(old, account)).toBeNull();
  expect(challenges.take('made-up', account)).toBeNull();
});

test('a challenge of an approval is good for that approval and that digest', () => {
  const challenges = createChallenges(clock);
  const of = (approval: `approval_${string}`, digit: string) =>
    ({ kind: 'approval', user: MIA, approval, digest: `sha256:${digit.repeat(64)}` }) as const;
  const mine = of('approval_aaaaaaaa', 'a');
  expect(challenges.take(challenges.make(mine, SITE), mine)).toEqual(SITE);
  expect(challenges.take(challenges.make(mine, SITE), of('approval_bbbbbbbb', 'a'))).toBeNull();
  expect(challenges.take(challenges.make(mine, SITE), of('approval_aaaaaaaa', 'b'))).toBeNull();
  // The same chance and another call: another challenge.
  const fixed = { ...clock, random: () => Buffer.alloc(32) };
  expect(createChallenges(fixed).make(mine, SITE)).not.toBe(
    createChallenges(fixed).make(of('approval_aaaaaaaa', 'b'), SITE),
  );
});

test('challenges are bounded, and nobody pushes out those of another', () => {
  const challenges = createChallenges(clock);
  const account = { kind: 'account', user: TOM } as const;
  const kept = challenges.make(account, SITE);
  const mine = Array.from({ length: 40 }, () => challenges.make({ kind: 'account', user: MIA }, SITE));
  const unnamed = Array.from({ length: 1500 }, () => challenges.make({ kind: 'sign-in' }, SITE));
  expect(challenges.take(kept, account)).toEqual(SITE);
  expect(mine.filter((each) => challenges.take(each, { kind: 'account', user: MIA }))).toHaveLength(16);
  expect(unnamed.filter((each) => challenges.take(each, { kind: 'sign-in' }))).toHaveLength(1000);
});

test('a site is a name: never an address, never a socket', () => {
  expect(siteOf('http://localhost:9999')).toEqual({ kind: 'site', id: 'localhost', origin: 'http://localhost:9999' });
  expect(siteOf('https://gate.example.org')).toEqual({
    kind: 'site',
    id: 'gate.example.org',
    origin: 'https://gate.example.org',
  });
  for (const origin of ['http://127.0.0.1:9999', 'http://[::1]:9999'])
    expect(siteOf(origin)).toMatchObject({ kind: 'none', hint: expect.stringContaining('http://localhost:9999') });
  expect(siteOf('https://192.0.2.7:9443')).toMatchObject({
    kind: 'none',
    hint: expect.stringContaining('remote.address'),
  });
  expect(siteOf(null)).toMatchObject({ kind: 'none' });
});

const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

async function made(lie: Lie = {}, device = softAuthenticator()) {
  const options = makingOptions(SITE, 'Y2hhbGxlbmdlLW9uZQ', { id: MIA, name: 'mia' }, []) as unknown as MakingOptions;
  const parsed = parsePasskeyMade(device.create(options, SITE.origin, lie));
  if (!parsed.ok) throw new Error('not what a browser gives');
  return { device, result: await checkMade(parsed.value, SITE, options.challenge) };
}
async function keyOf(): Promise<{ key: PasskeyKey; device: ReturnType<typeof softAuthenticator> }> {
  const { device, result } = await made();
  if (result.kind !== 'made') throw new Error(result.why);
  return { device, key: result.key };
}

test('a passkey is made where everything fits, with no attestation or its own', async () => {
  for (const attestation of ['none', 'packed'] as const)
    expect((await made({ attestation })).result).toMatchObject({
      kind: 'made',
      key: { counter: 0, synced: false, transports: ['internal'] },
    });
  expect((await made({ unverified: true })).result.kind, 'preferred, not required').toBe('made');
});

test('no certificate is looked into: the revocation lists it names would be fetched', async () => {
  expect((await made({ attestation: 'certificate' })).result).toEqual({
    kind: 'refused',
    why: 'it comes with a certificate, which was not asked for',
  });
});

test.for<[string, Lie]>([
  ['another challenge', { challenge: 'Y2hhbGxlbmdlLXR3bw' }],
  ['another origin', { origin: 'http://localhost:3000' }],
  ['another site', { rpId: 'evil.example.org' }],
  ['the other ceremony', { type: 'webauthn.get' }],
  ['nobody touched it', { absent: true }],
  ['an attestation that is wrong', { attestation: 'packed-wrong' }],
  ['an attestation by another key', { attestation: 'packed', signedBy: OTHER_KEY }],
  ['words changed after they were signed', { attestation: 'packed', tampered: true }],
])('no passkey is made: %s', async ([, lie]) => {
  expect((await made(lie)).result.kind).toBe('refused');
});

test('a passkey is used where everything fits', async () => {
  const { device, key } = await keyOf();
  const options = usingOptions(SITE, 'Y2hhbGxlbmdlLW9uZQ', 'preferred', [key]) as unknown as UsingOptions;
  const used = parsePasskeyUsed(device.get(options, SITE.origin));
  if (!used.ok) throw new Error('not what a browser gives');
  expect(challengeOf(used.value)).toBe(options.challenge);
  expect(ownerSaid(used.value)).toBe(MIA);
  expect(await checkUsed(used.value, SITE, options.challenge, key)).toEqual({
    kind: 'used',
    counter: 1,
    synced: false,
    verified: true,
  });
});

test.for<[string, Lie]>([
  ['another challenge', { challenge: 'Y2hhbGxlbmdlLXR3bw' }],
  ['another origin', { origin: 'http://localhost:3000' }],
  ['another site', { rpId: 'evil.example.org' }],
  ['the other ceremony', { type: 'webauthn.create' }],
  ['nobody touched it', { absent: true }],
  ['signed by another key', { signedBy: OTHER_KEY }],
  ['words changed after they were signed', { tampered: true }],
])('no passkey counts: %s', async ([, lie]) => {
  const { device, key } = await keyOf();
  const options = usingOptions(SITE, 'Y2hhbGxlbmdlLW9uZQ', 'preferred', [key]) as unknown as UsingOptions;
  const used = parsePasskeyUsed(device.get(options, SITE.origin, lie));
  if (!used.ok) throw new Error('not what a browser gives');
  expect((await checkUsed(used.value, SITE, options.challenge, key)).kind).toBe('refused');
});

test('a page in a frame of another says no challenge', async () => {
  const { device, key } = await keyOf();
  const options = usingOptions(SITE, 'Y2hhbGxlbmdlLW9uZQ', 'preferred', [key]) as unknown as UsingOptions;
  const used = parsePasskeyUsed(device.get(options, SITE.origin, { crossOrigin: true }));
  expect(used.ok && challengeOf(used.value)).toBeNull();
});

test('whatever is sent in place of an answer is a refusal, never a failure', async () => {
  const { key } = await keyOf();
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      async (bytes, more) => {
        const [a, b] = [Buffer.from(bytes).toString('base64url'), Buffer.from(more).toString('base64url')];
        const id = { id: b, rawId: b, type: 'public-key' } as const;
        const make = { ...id, response: { clientDataJSON: b, attestationObject: a } };
        const use = { ...id, response: { clientDataJSON: b, authenticatorData: a, signature: b } };
        expect((await checkMade(make, SITE, 'c')).kind).toBe('refused');
        expect((await checkUsed(use, SITE, 'c', key)).kind).toBe('refused');
        expect(challengeOf(use)).toBeNull();
      },
    ),
    { numRuns: 60 },
  );
});
