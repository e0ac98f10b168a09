// A call that a Critical rule asked about (A11): who may approve it, with what, and what of it is recorded.
import type { Approval } from '@castellan/contract';
import { appCode, softAuthenticator, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { type Account, admin, joined, movableClock } from './support/accounts.ts';
import { DELETE, MAIL, ofKind, SEND, type TestAgent, type World, world } from './support/world.ts';

// Real passwords are hashed for real, and daemons started again: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 120_000 });

/** A message to somebody: a Critical rule asks, always. */
const send = (agent: TestAgent, to = 'a@b.c') => agent.pre(SEND, { to, subject: 'x', body: 'y' }, { server: MAIL });
const one = async (it: World): Promise<Approval> => {
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  return approval;
};
const refusal = async (response: Promise<{ status: number; json(): unknown }>) => {
  const { status, json } = await response;
  return [status, (json() as { error: string }).error];
};

verifies(
  ['A11', 'H5', 'L5'],
  'a passkey over the digest of the call, or a code: without, a Critical call is not approved',
  async () => {
    const clock = movableClock();
    await using it = await world({}, { env: clock.env });
    const agent = await it.connect();
    const mia = await admin(it.daemon);

    // Nobody has one: a person's word is enough, as before.
    const plain = send(agent);
    const first = await one(it);
    expect(first.factorNeeded).toBe(false);
    expect((await mia.approve(first)).status).toBe(200);
    expect((await plain).verdict).toBe('allow');

    const { secret } = await mia.addApp(clock);
    const key = softAuthenticator();
    clock.forward(30_000);
    const proof = { factor: { kind: 'totp', code: appCode(secret, clock.now()) } };
    expect((await mia.addPasskey(key, proof)).status).toBe(200);

    const byKey = send(agent, 'key@b.c');
    const second = await one(it);
    expect(second.factorNeeded).toBe(true);
    const bare = await mia.approve(second);
    expect([bare.status, bare.json()]).toMatchObject([403, { error: 'factor_required', hint: expect.any(String) }]);
    const approved = await mia.approve(second, await mia.approvalProof(key, second));
    expect(approved.json()).toMatchObject({ state: { kind: 'approved', by: 'person:mia', factor: 'passkey' } });
    expect((await byKey).verdict).toBe('allow');

    const byCode = send(agent, 'code@b.c');
    const third = await one(it);
    const right = appCode(secret, clock.now() + 30_000);
    const wrong = right === '123456' ? '654321' : '123456';
    expect(await refusal(mia.approve(third, { kind: 'totp', code: wrong }))).toEqual([403, 'factor_required']);
    expect((await mia.approve(third, { kind: 'totp', code: right })).json()).toMatchObject({
      state: { factor: 'totp' },
    });
    expect((await byCode).verdict).toBe('allow');

    const records = await it.records();
    const states = ofKind(records, 'approval').map(({ state }) =>
      state.kind === 'approved' ? state.factor : state.kind,
    );
    expect(states).toEqual([undefined, 'passkey', 'totp']);
    expect(ofKind(records, 'sign-in')).toContainEqual(
      expect.objectContaining({
        who: 'mia',
        change: 'factor-failed',
        factor: 'totp',
        text: 'the code is wrong or was used',
      }),
    );

    // No needs no proof, and neither does what no Critical rule asked about.
    const no = send(agent, 'no@b.c');
    const fourth = await one(it);
    const denied = await mia.send('POST', `/v1/approvals/${fourth.id}/resolve`, { answer: 'deny' });
    expect(denied.status).toBe(200);
    expect((await no).verdict).toBe('deny');
    const usual = agent.pre(DELETE, { id: '1' }, { server: MAIL });
    const fifth = await one(it);
    expect(fifth.factorNeeded).toBe(false);
    expect((await mia.approve(fifth)).status).toBe(200);
    expect((await usual).verdict).toBe('allow');
  },
);

verifies(
  ['A11', 'A12'],
  'as soon as anybody has a factor, whoever approves a Critical call shows their own',
  async () => {
    await using it = await world();
    const agent = await it.connect();
    const mia = await admin(it.daemon);
    const tom = await joined(mia, 'tom', 'approver');
    const ann = await joined(mia, 'ann', 'approver');
    const key = softAuthenticator();
    await mia.addPasskey(key);
    const call = send(agent);
    const approval = await one(it);
    const refused = await tom.approve(approval);
    expect([refused.status, refused.json()]).toMatchObject([
      403,
      { error: 'factor_required', hint: 'add a passkey or an authenticator app to your account' },
    ]);
    // Hers is not his.
    const hers = await mia.approvalProof(key, approval);
    expect(await refusal(tom.approve(approval, hers))).toEqual([403, 'factor_required']);
    const own = softAuthenticator();
    expect((await tom.addPasskey(own)).status).toBe(200);
    expect((await tom.approve(approval, await tom.approvalProof(own, approval))).json()).toMatchObject({
      state: { by: 'person:tom', factor: 'passkey' },
    });
    expect((await call).verdict).toBe('allow');

    // Keeping somebody out takes no factor away; removing them does.
    const change = { disabled: true, proof: await mia.accountProof(key) };
    expect((await mia.send('PATCH', `/v1/users/${tom.id}`, change)).status).toBe(200);
    const still = send(agent, 'still@b.c');
    const held = await one(it);
    expect(await refusal(ann.approve(held))).toEqual([403, 'factor_required']);
    await it.deny(held);
    await still;
    const proof = await mia.accountProof(key);
    expect((await mia.send('DELETE', `/v1/users/${tom.id}`, { proof })).status).toBe(200);
    await removeAll(mia, key);
    const last = send(agent, 'last@b.c');
    const open = await one(it);
    expect(open.factorNeeded).toBe(false);
    expect((await ann.approve(open)).status).toBe(200);
    expect((await last).verdict).toBe('allow');
  },
);

async function removeAll(account: Account, key: ReturnType<typeof softAuthenticator>): Promise<void> {
  const me = (await account.send('GET', '/v1/me')).json() as { passkeys: { id: string }[] };
  for (const { id } of me.passkeys) await account.post(`/v1/me/passkeys/${id}/remove`, await account.accountProof(key));
}

verifies(
  ['A11', 'H7'],
  'an edit that a Critical rule asks about needs the factor that the call itself did not',
  async () => {
    await using it = await world();
    const agent = await it.connect();
    const mia = await admin(it.daemon);
    const key = softAuthenticator();
    await mia.addPasskey(key);
    const call = agent.pre('Bash', { command: './tool --x' });
    const approval = await one(it);
    expect(approval.factorNeeded).toBe(false);
    const body = { answer: 'approve', digest: approval.digest, arguments: { command: 'git push origin main' } };
    const resolve = (more: object = {}) =>
      mia.send('POST', `/v1/approvals/${approval.id}/resolve`, { ...body, ...more });
    expect(await refusal(resolve())).toEqual([403, 'factor_required']);
    const answered = await resolve({ factor: await mia.approvalProof(key, approval, {}, body.arguments) });
    expect(answered.json()).toMatchObject({ state: { kind: 'approved', factor: 'passkey' } });
    expect(await call).toMatchObject({ verdict: 'allow', updatedInput: { command: 'git push origin main' } });
  },
);

verifies(
  ['A11', 'A13'],
  'an API token never approves what a Critical rule asked about, factor or none; it may deny it',
  async () => {
    await using it = await world();
    const agent = await it.connect();
    const mia = await admin(it.daemon);
    const made = await mia.post<{ token: string }>('/v1/api-tokens', {
      name: 'bot',
      permissions: ['approvals:read', 'approvals:resolve'],
      days: 1,
    });
    const as = (approval: Approval, body: object) =>
      it.daemon.request('POST', `/v1/approvals/${approval.id}/resolve`, { token: made.token, body });
    const usual = agent.pre(DELETE, { id: '1' }, { server: MAIL });
    const first = await one(it);
    expect((await as(first, { answer: 'approve', digest: first.digest })).json()).toMatchObject({
      state: { kind: 'approved', by: 'token:bot' },
    });
    expect((await usual).verdict).toBe('allow');

    const call = send(agent);
    const second = await one(it);
    const yes = { answer: 'approve', digest: second.digest };
    expect(await refusal(as(second, yes))).toEqual([403, 'not_permitted']);
    await mia.addPasskey(softAuthenticator());
    expect(await refusal(as(second, yes))).toEqual([403, 'not_permitted']);
    expect((await as(second, { answer: 'deny' })).status).toBe(200);
    expect((await call).verdict).toBe('deny');
  },
);
