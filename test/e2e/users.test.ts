// People and their roles (A12): invited, joined, changed, kept out and removed, each at once for what stands open.
import type { SignInAnswer, User } from '@castellan/contract';
import { PERSON, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { accountOf, admin, asNobody, joined, movableClock, okJson, signInAs } from './support/accounts.ts';
import { DELETE, MAIL, ofKind, type World, world } from './support/world.ts';

// Real passwords are hashed for real, and daemons started again: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 120_000 });

const DAY = 86_400_000;
const persons = async (it: World): Promise<readonly string[]> =>
  ofKind(await it.records(), 'person').map(({ who, change, by, text }) => `${by} ${change} ${who}: ${text}`);

verifies(
  ['A12', 'L5'],
  'an invitation is good once, for three days, and a weak password does not use it up',
  async () => {
    const clock = movableClock();
    const it = await world({}, { env: clock.env });
    const mia = await admin(it.daemon);
    const { user, invite } = await mia.post<{ user: User; invite: string }>('/v1/users', {
      name: 'tom',
      role: 'approver',
    });
    expect(user).toMatchObject({ name: 'tom', role: 'approver', invited: true, lastSignInAt: null });
    expect((await mia.send('POST', '/v1/users', { name: 'tom', role: 'admin' })).status, 'the name is taken').toBe(409);
    const join = (over: Partial<Record<'invite' | 'password', string>> = {}) =>
      asNobody(it.daemon, '/v1/sign-in/invite', {
        invite,
        password: 'a-Long-word-for-tom-19',
        carrier: 'program',
        ...over,
      });
    expect((await signInAs(it.daemon, { name: 'tom', password: 'a-Long-word-for-tom-19' })).status).toBe(401);
    expect((await join({ password: 'short' })).status).toBe(400);
    const off = invite.endsWith('0') ? '1' : '0';
    expect((await join({ invite: `${invite.slice(0, -1)}${off}` })).status).toBe(401);
    const both = await Promise.all([join(), join({ password: 'another-Long-word-for-tom-20' })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 401]);
    expect((await join()).status, 'used').toBe(401);

    // Invited, the daemon restarted, and four days later.
    const late = await mia.post<{ invite: string }>('/v1/users', { name: 'ann', role: 'viewer' });
    const soon = await mia.post<{ invite: string }>('/v1/users', { name: 'sue', role: 'viewer' });
    const { home } = it.daemon;
    await it.daemon.stop();
    await using next = await world({}, { home, env: clock.env });
    // A sign-in lives no longer than an invitation: the record is read before either ends.
    const told = await persons(next);
    expect(told).toEqual(
      expect.arrayContaining(['person:mia invited tom: as approver', 'person:tom joined tom: as approver']),
    );
    for (const secret of [invite, late.invite, soon.invite])
      expect(JSON.stringify(await next.records())).not.toContain(secret);
    const joinLate = ({ invite: given }: { readonly invite: string }) =>
      asNobody(next.daemon, '/v1/sign-in/invite', {
        invite: given,
        password: 'a-Long-word-for-ann-19',
        carrier: 'program',
      });
    clock.forward(3 * DAY - 600_000);
    expect((await joinLate(soon)).status).toBe(200);
    clock.forward(600_000);
    expect((await joinLate(late)).status).toBe(401);
  },
);

verifies(['A12'], 'each role does what it is for, and a change of it counts from the next request on', async () => {
  await using it = await world();
  const mia = await admin(it.daemon);
  const tom = await joined(mia, 'tom', 'viewer');
  const agent = await it.connect();
  const call = agent.pre(DELETE, { id: '1' }, { server: MAIL });
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  const may = async (): Promise<readonly number[]> => [
    (await tom.send('GET', '/v1/approvals')).status,
    (await tom.send('POST', `/v1/approvals/approval_none00/resolve`, { answer: 'deny' })).status,
    (await tom.send('GET', '/v1/users')).status,
  ];
  // 404: permitted, and there is no such approval.
  expect(await may()).toEqual([200, 403, 403]);
  expect((await tom.approve(approval)).status).toBe(403);
  const change = (body: object) => mia.send('PATCH', `/v1/users/${tom.id}`, body);
  expect(okJson<User>(await change({ role: 'approver' })).role).toBe('approver');
  expect(await may()).toEqual([200, 404, 403]);
  expect((await tom.approve(approval)).status).toBe(200);
  expect((await call).verdict).toBe('allow');
  await change({ role: 'admin' });
  expect(await may()).toEqual([200, 404, 200]);
  await change({ role: 'viewer' });
  expect(await may()).toEqual([200, 403, 403]);
  expect((await tom.send('PATCH', `/v1/users/${tom.id}`, { role: 'admin' })).status, 'nobody raises themselves').toBe(
    403,
  );

  // Kept out: what stands open has ended, and stays ended when they may come back.
  expect(okJson<User>(await change({ disabled: true })).disabledAt).not.toBeNull();
  expect(await may()).toEqual([401, 401, 401]);
  expect((await signInAs(it.daemon, tom)).status).toBe(401);
  await change({ disabled: false });
  expect(await may()).toEqual([401, 401, 401]);
  expect(okJson<SignInAnswer>(await signInAs(it.daemon, tom)).kind).toBe('signed-in');
  expect(await persons(it)).toEqual(
    expect.arrayContaining([
      'person:mia role tom: from viewer to approver',
      'person:mia role tom: from admin to viewer',
      'person:mia disabled tom: every sign-in ended',
      'person:mia enabled tom: may sign in again',
    ]),
  );
});

verifies(['A12'], 'the last admin who can sign in stays one, also of two who turn each other out at once', async () => {
  await using it = await world();
  const mia = await admin(it.daemon);
  const path = `/v1/users/${mia.id}`;
  const tries = async (): Promise<readonly number[]> => [
    (await mia.send('PATCH', path, { role: 'viewer' })).status,
    (await mia.send('PATCH', path, { disabled: true })).status,
    (await mia.send('DELETE', path)).status,
  ];
  expect(await tries()).toEqual([409, 409, 409]);
  // One who was invited and one who is kept out could not administer.
  await mia.post('/v1/users', { name: 'new', role: 'admin' });
  const tom = await joined(mia, 'tom', 'admin');
  await mia.send('PATCH', `/v1/users/${tom.id}`, { disabled: true });
  expect(await tries()).toEqual([409, 409, 409]);
  await mia.send('PATCH', `/v1/users/${tom.id}`, { disabled: false });
  const back = accountOf(it.daemon, tom.password, await signInAs(it.daemon, tom));
  const both = await Promise.all([
    mia.send('PATCH', `/v1/users/${tom.id}`, { role: 'viewer' }),
    back.send('PATCH', path, { role: 'viewer' }),
  ]);
  expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
  const { users } = okJson<{ users: User[] }>(await (both[0]?.status === 200 ? mia : back).send('GET', '/v1/users'));
  expect(users.filter(({ role, invited }) => role === 'admin' && !invited)).toHaveLength(1);
});

verifies(['A12', 'A13', 'L5'], 'who is removed is gone with all they had, and their name is free again', async () => {
  await using it = await world();
  const mia = await admin(it.daemon);
  const tom = await joined(mia, 'tom', 'admin');
  const { token } = await tom.post<{ token: string }>('/v1/api-tokens', {
    name: 'ci',
    permissions: ['status:read'],
    days: 30,
  });
  const status = (as: string) => it.daemon.request('GET', '/v1/status', { token: as });
  expect((await status(token)).status).toBe(200);
  expect(okJson<User>(await mia.send('DELETE', `/v1/users/${tom.id}`)).name).toBe('tom');
  expect((await status(token)).status).toBe(401);
  expect((await status(tom.access)).status).toBe(401);
  expect((await mia.send('DELETE', `/v1/users/${tom.id}`)).status).toBe(404);
  const again = await joined(mia, 'tom', 'viewer');
  expect(again.id).not.toBe(tom.id);
  expect((await status(token)).status, 'the token was not theirs').toBe(401);
  const told = await persons(it);
  expect(told).toContain('person:mia removed tom: was admin');
  expect(told).toContain('person:mia token-revoked tom: ci: its maker was removed');
  const { users } = okJson<{ users: User[] }>(await mia.send('GET', '/v1/users'));
  expect(users.map(({ name, role }) => `${name} ${role}`)).toEqual([`${PERSON.name} admin`, 'tom viewer']);
});
