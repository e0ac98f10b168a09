// API tokens (A13): no more than their maker, no longer than said, shown once, kept as digests, revoked at once.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiToken } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { admin, joined, movableClock, okJson } from './support/accounts.ts';
import { ofKind, world } from './support/world.ts';

// Real passwords are hashed for real, and daemons started again: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 120_000 });

interface Made {
  readonly token: string;
  readonly info: ApiToken;
}
const DAY = 86_400_000;

verifies(['A13', 'L5'], 'a token does what it was made for, is shown once, and ends when it is revoked', async () => {
  await using it = await world();
  const mia = await admin(it.daemon);
  const body = { name: 'ci', permissions: ['status:read', 'approvals:read'], days: 7 };
  const { token, info } = await mia.post<Made>('/v1/api-tokens', body);
  expect(token).toMatch(/^castellan_t_[0-9a-z]+_[0-9a-f]{64}$/);
  expect(info).toMatchObject({ name: 'ci', user: mia.id, permissions: body.permissions, lastUsedAt: null });
  expect(info.expiresAt - info.createdAt).toBe(7 * DAY);
  const get = async (path: string, as = token): Promise<number> =>
    (await it.daemon.request('GET', path, { token: as })).status;
  expect([await get('/v1/status'), await get('/v1/approvals'), await get('/v1/agents'), await get('/v1/me')]).toEqual([
    200, 200, 403, 403,
  ]);
  const off = token.endsWith('0') ? '1' : '0';
  for (const forged of [`${token.slice(0, -1)}${off}`, token.replace('_t_', '_a_'), `${token}0`, token.toUpperCase()])
    expect(await get('/v1/status', forged)).toBe(401);
  const { tokens } = okJson<{ tokens: ApiToken[] }>(await mia.send('GET', '/v1/api-tokens'));
  expect(tokens).toMatchObject([{ id: info.id, name: 'ci' }]);
  expect(tokens[0]?.lastUsedAt).not.toBeNull();

  const secret = token.slice(-64);
  expect(JSON.stringify([tokens, await it.records()])).not.toContain(secret);
  const files = ['castellan.db', 'castellan.db-wal'].map((name) => readFileSync(join(it.daemon.home, name), 'latin1'));
  expect(files.join('')).not.toContain(secret);

  expect(okJson<ApiToken>(await mia.send('DELETE', `/v1/api-tokens/${info.id}`)).name).toBe('ci');
  expect(await get('/v1/status')).toBe(401);
  expect((await mia.send('DELETE', `/v1/api-tokens/${info.id}`)).status).toBe(404);
  const told = ofKind(await it.records(), 'person').map(
    ({ change, by, text }) => `${by} ${change}: ${text.replace(/ until .*/, '')}`,
  );
  expect(told).toEqual(
    expect.arrayContaining(['person:mia token-made: ci: status:read approvals:read,', 'person:mia token-revoked: ci']),
  );
});

verifies(['A13', 'A12'], 'a token is never more than its maker is at this moment', async () => {
  await using it = await world();
  const mia = await admin(it.daemon);
  const tom = await joined(mia, 'tom', 'admin');
  const make = (by: typeof tom, permissions: readonly string[]) =>
    by.send('POST', '/v1/api-tokens', { name: 'x', permissions, days: 1 });
  for (const never of ['account:self', 'users:write', 'api-tokens:write', 'public'])
    expect([never, (await make(mia, [never])).status]).toEqual([never, 400]);
  for (const agents of ['calls:check', 'models:use', 'terminals:host'])
    expect([agents, (await make(mia, [agents])).status], 'what only agents and programs may').toEqual([agents, 403]);
  const { token } = okJson<Made>(await make(tom, ['policy:read', 'users:read', 'approvals:resolve']));
  const may = async (): Promise<readonly number[]> => [
    (await it.daemon.request('GET', '/v1/policy', { token })).status,
    (await it.daemon.request('GET', '/v1/users', { token })).status,
    (await it.daemon.request('POST', '/v1/approvals/approval_none00/resolve', { token, body: { answer: 'deny' } }))
      .status,
  ];
  const change = (body: object) => mia.send('PATCH', `/v1/users/${tom.id}`, body);
  expect(await may()).toEqual([200, 200, 404]);
  await change({ role: 'approver' });
  expect(await may()).toEqual([200, 403, 404]);
  expect((await make(tom, ['policy:read'])).status, 'approvers make none').toBe(403);
  await change({ role: 'viewer' });
  expect(await may()).toEqual([200, 403, 403]);
  await change({ disabled: true });
  expect(await may()).toEqual([401, 401, 401]);
  await change({ disabled: false, role: 'admin' });
  expect(await may(), 'what it was made for, and no more').toEqual([200, 200, 404]);
});

verifies(['A13'], 'a token outlives a restart with its last use, and not its day', async () => {
  const clock = movableClock();
  const it = await world({}, { env: clock.env });
  const mia = await admin(it.daemon);
  const { token, info } = await mia.post<Made>('/v1/api-tokens', { name: 'ci', permissions: ['status:read'], days: 2 });
  expect((await it.daemon.request('GET', '/v1/status', { token })).status).toBe(200);
  const { home } = it.daemon;
  await it.daemon.stop();
  await using next = await world({}, { home, env: clock.env });
  const again = await admin(next.daemon);
  const listed = okJson<{ tokens: ApiToken[] }>(await again.send('GET', '/v1/api-tokens')).tokens;
  expect(listed).toMatchObject([{ id: info.id, permissions: ['status:read'] }]);
  expect(listed[0]?.lastUsedAt).not.toBeNull();
  const status = async (): Promise<number> => (await next.daemon.request('GET', '/v1/status', { token })).status;
  expect(await status()).toBe(200);
  clock.forward(2 * DAY);
  expect(await status()).toBe(401);
});
