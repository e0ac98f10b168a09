// The attacker who has the password, or a session, or a passkey of somebody else, and wants the second factor to be no matter:
// another page, another question, an answer that was seen, a copied key. Each gets nothing, and stands in the record.
import { generateKeyPairSync } from 'node:crypto';
import type { Approval, SignInAnswer } from '@castellan/contract';
import { type Lie, type MakingOptions, softAuthenticator, type UsingOptions, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import {
  type Account,
  admin,
  asNobody,
  joined,
  okJson,
  originOf,
  passkeyProof,
  signInAs,
} from '../e2e/support/accounts.ts';
import { MAIL, ofKind, SEND, type TestAgent, type World, world } from '../e2e/support/world.ts';

// Real passwords are hashed for real: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Needed = Extract<SignInAnswer, { kind: 'factor-needed' }>;
const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

let it: World;
let agent: TestAgent;
let mia: Account;
let eve: Account;
const key = softAuthenticator();
const eves = softAuthenticator();
beforeAll(async () => {
  it = await world();
  agent = await it.connect();
  mia = await admin(it.daemon);
  eve = await joined(mia, 'eve', 'admin');
  expect((await mia.addPasskey(key)).status).toBe(200);
  expect((await eve.addPasskey(eves)).status).toBe(200);
});
afterAll(() => it[Symbol.asyncDispose]());

const begin = async (): Promise<Needed> => okJson<Needed>(await signInAs(it.daemon));
const optionsOf = ({ passkey }: Needed): UsingOptions => passkey as unknown as UsingOptions;
const finish = (challenge: string, factor: unknown) => asNobody(it.daemon, '/v1/sign-in/factor', { challenge, factor });
const beginAlone = async (): Promise<{ challenge: string; options: UsingOptions }> =>
  okJson(await asNobody(it.daemon, '/v1/sign-in/passkey/options'));
const alone = (challenge: string, response: unknown) =>
  asNobody(it.daemon, '/v1/sign-in/passkey', { challenge, response, carrier: 'program' });

const LIES: readonly (readonly [string, () => Lie])[] = [
  ['signed for a page on another port', () => ({ origin: 'http://localhost:3000' })],
  ['signed for a page of another host', () => ({ origin: 'https://castellan.evil.example' })],
  ['signed over TLS that is not there', () => ({ origin: `https://localhost:${it.daemon.state.port}` })],
  ['signed at an address', () => ({ origin: `http://127.0.0.1:${it.daemon.state.port}` })],
  ['bound to another site', () => ({ rpId: 'evil.example' })],
  ['of the other ceremony', () => ({ type: 'webauthn.create' })],
  ['over a challenge of its own', () => ({ challenge: Buffer.alloc(32, 7).toString('base64url') })],
  ['made where nobody was', () => ({ absent: true })],
  ['signed by another key', () => ({ signedBy: OTHER_KEY })],
  ['changed after it was signed', () => ({ tampered: true })],
  ['in a frame of another page', () => ({ crossOrigin: true })],
  ['of another user', () => ({ userHandle: Buffer.from(eve.id).toString('base64url') })],
];

verifies(
  ['A11', 'N3'],
  'no answer of a passkey that lies anywhere is a second factor, a sign-in or a proof',
  async () => {
    for (const [what, lie] of LIES) {
      const needed = await begin();
      const second = await finish(needed.challenge, passkeyProof(key, optionsOf(needed), it.daemon, lie()));
      expect([what, second.status], 'second factor').toEqual([what, 401]);
      const { challenge, options } = await beginAlone();
      expect([what, (await alone(challenge, key.get(options, originOf(it.daemon), lie()))).status], 'alone').toEqual([
        what,
        401,
      ]);
      const proof = await mia.accountProof(key, lie());
      expect([what, (await mia.send('POST', '/v1/me/recovery-codes', proof)).status], 'account').toEqual([what, 401]);
    }
    // Alone it must have seen who holds it, and say whose it is; beside a password neither.
    for (const lie of [{ unverified: true }, { userHandle: null }]) {
      const { challenge, options } = await beginAlone();
      expect((await alone(challenge, key.get(options, originOf(it.daemon), lie))).status).toBe(401);
      const needed = await begin();
      expect((await finish(needed.challenge, passkeyProof(key, optionsOf(needed), it.daemon, lie))).status).toBe(200);
    }
    const failed = ofKind(await it.records(), 'sign-in').filter(({ change }) => change === 'factor-failed');
    expect(failed.length).toBe(LIES.length * 3 + 2);
    expect(failed.filter(({ factor }) => factor !== 'passkey' && factor !== 'none')).toEqual([]);
  },
);

verifies(['A11'], 'no passkey is added that lies anywhere, or without proof, or that is another user’s', async () => {
  const proof = () => mia.accountProof(key);
  for (const [what, lie] of LIES.filter(([what]) => what !== 'signed by another key' && what !== 'of another user')) {
    // "none" attests nothing, so a changed answer is only seen where there is a signature over it.
    const made = await mia.addPasskey(softAuthenticator(), await proof(), {
      ...lie(),
      attestation: 'packed',
      ...(what === 'of the other ceremony' && { type: 'webauthn.get' }),
    });
    expect([what, made.status]).toEqual([what, 400]);
  }
  for (const attestation of ['packed-wrong', 'certificate'] as const)
    expect((await mia.addPasskey(softAuthenticator(), await proof(), { attestation })).status).toBe(400);
  // A challenge of hers, answered in his account.
  const { options } = await mia.post<{ options: MakingOptions }>('/v1/me/passkeys/options', await proof());
  const response = softAuthenticator().create(options, originOf(it.daemon));
  expect((await eve.send('POST', '/v1/me/passkeys', { name: 'x', response })).status).toBe(400);
  expect((await mia.send('POST', '/v1/me/passkeys', { name: 'x', response })).status, 'burnt by it').toBe(400);
  const one = softAuthenticator();
  const begun = await eve.post<{ options: MakingOptions }>('/v1/me/passkeys/options', await eve.accountProof(eves));
  const known = one.create(begun.options, originOf(it.daemon));
  expect((await eve.send('POST', '/v1/me/passkeys', { name: 'one', response: known })).status).toBe(200);
  expect((await eve.send('POST', '/v1/me/passkeys', { name: 'two', response: known })).status, 'again').toBe(400);
  expect((await mia.user()).factors.passkeys).toBe(1);
});

verifies(['A11'], 'an answer is good once, for its own question and its own person', async () => {
  // Of one sign-in in another, both hers.
  const [first, second] = [await begin(), await begin()];
  const answer = passkeyProof(key, optionsOf(first), it.daemon);
  expect((await finish(second.challenge, answer)).status).toBe(401);
  expect((await finish(first.challenge, answer)).status, 'burnt by it').toBe(401);
  // Of a change of the account in a sign-in, and the other way round.
  const third = await begin();
  expect((await finish(third.challenge, (await mia.accountProof(key)).factor)).status).toBe(401);
  const needed = await begin();
  const fromSignIn = passkeyProof(key, optionsOf(needed), it.daemon);
  expect((await mia.send('POST', '/v1/me/recovery-codes', { factor: fromSignIn })).status).toBe(401);
  const { options } = await beginAlone();
  const fromAlone = passkeyProof(key, options, it.daemon);
  expect((await mia.send('POST', '/v1/me/recovery-codes', { factor: fromAlone })).status).toBe(401);
  // Twice.
  const proof = await mia.accountProof(key);
  expect((await mia.send('POST', '/v1/me/recovery-codes', proof)).status).toBe(200);
  expect((await mia.send('POST', '/v1/me/recovery-codes', proof)).status).toBe(401);
  // Eve's passkey in Mia's sign-in, over Mia's challenge.
  const hers = await begin();
  const eveAnswers = passkeyProof(eves, { ...optionsOf(hers), allowCredentials: [] }, it.daemon);
  expect((await finish(hers.challenge, eveAnswers)).status).toBe(401);
});

verifies(['A11', 'L5'], 'a passkey that counts backwards has a copy: refused, and the record says so', async () => {
  const counted = softAuthenticator();
  expect((await eve.addPasskey(counted, await eve.accountProof(eves))).status).toBe(200);
  const prove = async (counter: number) =>
    (await eve.send('POST', '/v1/me/recovery-codes', await eve.accountProof(counted, { counter }))).status;
  expect(await prove(10)).toBe(200);
  expect(await prove(9), 'back').toBe(401);
  expect(await prove(10), 'the same').toBe(401);
  expect(await prove(0), 'not counting any more').toBe(401);
  expect(await prove(11)).toBe(200);
  const texts = ofKind(await it.records(), 'sign-in').map(({ text }) => text);
  expect(texts.filter((text) => /counter of passkey \S+ went back/.test(text))).toHaveLength(3);
});

verifies(
  ['A11', 'H5', 'A4'],
  'what was signed for one Critical call approves no other, and nothing signed elsewhere approves one',
  async () => {
    const ask = (to: string) => agent.pre(SEND, { to, subject: 'x', body: 'y' }, { server: MAIL, session: to });
    const calls = [ask('one@b.c'), ask('two@b.c')];
    const approvals = (await it.waiting(2)).toSorted((a, b) => a.createdAt - b.createdAt) as [Approval, Approval];
    const [one, two] = approvals;
    const refused = async (what: string, approval: Approval, factor: unknown) => {
      const response = await mia.approve(approval, factor as never);
      expect([what, response.status, (response.json() as { error: string }).error]).toEqual([
        what,
        403,
        'factor_required',
      ]);
    };
    await refused('of the other call', two, await mia.approvalProof(key, one));
    await refused('of the account', one, (await mia.accountProof(key)).factor);
    await refused('of a sign-in', one, passkeyProof(key, optionsOf(await begin()), it.daemon));
    await refused('of another person', one, await eve.approvalProof(eves, one));
    for (const [what, lie] of LIES) await refused(what, one, await mia.approvalProof(key, one, lie()));
    // A digest that is not the one of the call: nothing is proved for it, and nothing runs.
    const proof = await mia.approvalProof(key, one);
    const other = await mia.send('POST', `/v1/approvals/${one.id}/resolve`, {
      answer: 'approve',
      digest: two.digest,
      factor: proof,
    });
    expect(other.status).toBe(409);
    // The agent, a viewer and the daemon's own token cannot even begin.
    const tom = await joined(mia, 'tom', 'viewer', { proof: await mia.accountProof(key) });
    const path = `/v1/approvals/${one.id}/factor`;
    for (const token of [agent.credential, tom.access, it.daemon.state.token])
      expect((await it.daemon.request('POST', path, { token })).status).toBe(403);
    for (const approval of approvals) await it.deny(approval);
    expect((await Promise.all(calls)).map(({ verdict }) => verdict)).toEqual(['deny', 'deny']);
  },
);

verifies(['A11', 'A5'], 'an agent and the daemon’s own token reach no factor, no person and no token', async () => {
  const routes = [
    '/v1/me/totp',
    '/v1/me/factor',
    '/v1/me/passkeys/options',
    '/v1/me/recovery-codes',
    '/v1/users',
    '/v1/api-tokens',
  ];
  for (const path of routes)
    for (const token of [agent.credential, it.daemon.state.token]) {
      const response = await it.daemon.request('POST', path, {
        token,
        body: { password: mia.password, name: 'x', role: 'admin' },
      });
      expect([path, response.status]).toEqual([path, 403]);
    }
  expect(
    (await it.daemon.request('POST', '/v1/me/totp', { token: null, body: { password: mia.password } })).status,
  ).toBe(401);
});
