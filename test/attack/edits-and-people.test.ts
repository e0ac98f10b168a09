// Ways round the person who answers: words beside a passkey's touch, a rule that comes while a call waits, a secret that goes
// elsewhere by an edit, and people made or kept out with a stolen session.
import type { Approval } from '@castellan/contract';
import { softAuthenticator, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { type Account, admin, joined, passkeyProof } from '../e2e/support/accounts.ts';
import { DELETE, MAIL, SEND, type World, world } from '../e2e/support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

const one = async (it: World): Promise<Approval> => {
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  return approval;
};
const resolve = (who: Account, approval: Approval, more: object = {}) =>
  who.send('POST', `/v1/approvals/${approval.id}/resolve`, { answer: 'approve', digest: approval.digest, ...more });

verifies(['A11', 'H7', 'H5'], 'a passkey that signed one call is no yes to what is written beside it', async () => {
  await using it = await world();
  const agent = await it.connect();
  const mia = await admin(it.daemon);
  const key = softAuthenticator();
  expect((await mia.addPasskey(key)).status).toBe(200);
  const letter = { to: 'a@b.c', subject: 'x', body: 'y' };
  const edited = { ...letter, to: 'thief@evil.example' };
  const call = agent.pre(SEND, letter, { server: MAIL });
  const approval = await one(it);
  const first = await mia.approvalProof(key, approval);
  expect((await resolve(mia, approval, { factor: first, arguments: edited })).status).toBe(403);
  expect((await it.approvals()).find(({ id }) => id === approval.id)?.state.kind).toBe('pending');
  const { options } = await mia.post<{ options: Parameters<typeof passkeyProof>[1] }>(
    `/v1/approvals/${approval.id}/factor`,
    { arguments: edited },
  );
  const second = passkeyProof(key, options, it.daemon);
  expect((await resolve(mia, approval, { factor: second, arguments: edited })).status).toBe(200);
  expect(await call).toMatchObject({ verdict: 'allow', updatedInput: edited });
});

verifies(
  ['A11', 'A13', 'G-U'],
  'a call that waits when a Critical rule about it comes is not run by an answer given without',
  async () => {
    await using it = await world();
    const agent = await it.connect();
    const mia = await admin(it.daemon);
    const { token } = await mia.post<{ token: string }>('/v1/api-tokens', {
      name: 'bot',
      permissions: ['approvals:read', 'approvals:resolve'],
      days: 1,
    });
    const call = agent.pre(DELETE, { id: '1' }, { server: MAIL });
    const approval = await one(it);
    const text = `schema: castellan/rules/v1
rules:
  - id: MY-01
    tier: critical
    title: No letter goes
    on: { tools: ['mail/delete'] }
    outcome: confirm
    reason: letters are kept
    remedy: archive it
`;
    const written = await mia.send('POST', '/v1/rules', { path: 'rules/mine.yaml', text, was: null });
    expect(written.status, written.text).toBe(200);
    const body = { answer: 'approve', digest: approval.digest };
    await it.daemon.request('POST', `/v1/approvals/${approval.id}/resolve`, { token, body });
    const told = await call;
    expect(told.verdict).toBe('deny');
    expect(told.reason).toContain('Critical rule');
  },
);

verifies(['H7', 'X1'], 'whoever may answer but not handle secrets edits nothing around a hidden part', async () => {
  await using it = await world();
  const agent = await it.connect();
  const mia = await admin(it.daemon);
  const bob = await joined(mia, 'bob', 'approver');
  const input = { id: '7', note: 'ghp_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5' };
  const call = agent.pre('mcp__store__buy', input, { server: { name: 'store', source: 'user' } });
  const approval = await one(it);
  expect(JSON.stringify(approval.arguments)).not.toContain('ghp_');
  const moved = { ...approval.arguments, id: '8' };
  expect((await resolve(bob, approval, { arguments: moved })).status).toBe(400);
  expect((await resolve(mia, approval, { arguments: moved })).status).toBe(200);
  expect((await call).updatedInput).toEqual({ ...input, id: '8' });
});

verifies(
  ['A11', 'A12'],
  'with a stolen session nobody is invited, raised or kept out where second factors are used',
  async () => {
    await using it = await world();
    const mia = await admin(it.daemon);
    const joe = await joined(mia, 'joe', 'admin');
    const tim = await joined(mia, 'tim', 'viewer');
    const key = softAuthenticator();
    expect((await mia.addPasskey(key)).status).toBe(200);
    for (const thief of [mia, joe]) {
      for (const [method, path, body] of [
        ['POST', '/v1/users', { name: 'ghost', role: 'admin' }],
        ['PATCH', `/v1/users/${tim.id}`, { role: 'admin' }],
        ['PATCH', `/v1/users/${mia.id}`, { disabled: true }],
        ['DELETE', `/v1/users/${mia.id}`, {}],
        ['DELETE', `/v1/users/${mia.id}`, undefined],
      ] as const) {
        const refused = await thief.send(method, path, body);
        expect(refused.status, `${thief.name} ${method} ${path}: ${refused.text}`).toBe(403);
        expect(refused.json()).toMatchObject({ error: 'factor_required' });
      }
    }
    const proof = await mia.accountProof(key);
    expect((await mia.send('POST', '/v1/users', { name: 'real', role: 'viewer', proof })).status).toBe(200);
    // A proof is good for one change.
    expect((await mia.send('POST', '/v1/users', { name: 'more', role: 'viewer', proof })).status).toBe(401);
  },
);

verifies(['D1', 'W1'], 'test calls take one place among the questions, and are for a person', async () => {
  await using it = await world();
  const mia = await admin(it.daemon);
  expect((await mia.send('POST', '/v1/test-call', {})).status).toBe(200);
  await it.waiting();
  expect((await mia.send('POST', '/v1/test-call', {})).status).toBe(409);
  await it.deny(await one(it));
});
