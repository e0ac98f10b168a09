// Who is judged when: a request may be opened now and finished half a minute later, and an answer may come from something that
// is no person. What was ended meanwhile must not go on.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Browser, browser, originOf, somebody } from '../e2e/support/people.ts';
import { MAIL, SEND, type TestAgent, until, type World, world } from '../e2e/support/world.ts';

let it: World;
let admin: Browser;
let agent: TestAgent;
beforeAll(async () => {
  it = await world();
  admin = await browser(it.daemon);
  agent = await it.connect('mailer');
});
afterAll(() => it[Symbol.asyncDispose]());

/** Sends everything but the end of the body; the returned function sends that and gives the status. */
async function held(who: Browser, method: string, path: string, body: unknown): Promise<() => Promise<number>> {
  const text = JSON.stringify(body);
  const { port } = it.daemon.state;
  const socket = connect(port, '127.0.0.1');
  let got = '';
  socket.on('data', (chunk) => {
    got += String(chunk);
  });
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Origin: ${originOf(it.daemon)}`,
    `Cookie: castellan_session=${who.cookie}`,
    `x-castellan-csrf: ${who.csrf}`,
    'content-type: application/json',
    `content-length: ${text.length}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n${text.slice(0, 3)}`);
  // The door has judged it once something asked after it, over the same socket file, is answered.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return async () => {
    socket.write(text.slice(3));
    await until('the answer', () => (got.includes('\r\n') ? true : undefined));
    socket.destroy();
    return Number(got.split(' ')[1]);
  };
}

verifies(['A6', 'A12'], 'a request that was opened before its sign-in ended answers nothing afterwards', async () => {
  const bob = await somebody(it.daemon, admin.send, 'bobby', 'approver');
  const answering = agent.pre(SEND, { to: 'x@y.com', subject: 's', body: 'b' }, { session: 'h1', server: MAIL });
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  const finish = await held(bob.browser, 'POST', `/v1/approvals/${approval.id}/resolve`, {
    answer: 'approve',
    digest: approval.digest,
  });
  expect((await admin.send('PATCH', `/v1/users/${bob.id}`, { body: { disabled: true } })).status).toBe(200);
  expect(await finish()).toBe(401);
  expect((await it.approvals()).find(({ id }) => id === approval.id)?.state.kind).toBe('pending');
  await it.deny(approval);
  expect((await answering).verdict).toBe('deny');
});

verifies(['A12'], 'a request that was opened as admin invites nobody once the role is taken', async () => {
  const eve = await somebody(it.daemon, admin.send, 'evelyn', 'admin');
  const finish = await held(eve.browser, 'POST', '/v1/users', { name: 'backdoor', role: 'admin' });
  expect((await admin.send('PATCH', `/v1/users/${eve.id}`, { body: { role: 'viewer' } })).status).toBe(200);
  expect([401, 403]).toContain(await finish());
  expect((await admin.send('GET', '/v1/users')).text).not.toContain('backdoor');
});

verifies(['A13', 'H7'], 'an API token that may answer edits nothing', async () => {
  const made = await admin.send('POST', '/v1/api-tokens', {
    body: { name: 'robot', permissions: ['approvals:read', 'approvals:resolve'], days: 1 },
  });
  expect(made.status, made.text).toBe(200);
  const { token } = made.json() as { token: string };
  const command = { command: 'make deploy', description: 'x' };
  const answering = agent.pre('Bash', command, { session: 'h2' });
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  const edited = { ...command, command: 'touch /tmp/made-by-a-token' };
  const path = `/v1/approvals/${approval.id}/resolve`;
  const body = { answer: 'approve', digest: approval.digest, arguments: edited };
  expect((await it.daemon.request('POST', path, { token, body })).status).toBe(403);
  expect((await it.daemon.request('POST', path, { token, body: { answer: 'deny' } })).status).toBe(200);
  expect((await answering).verdict).toBe('deny');
});

verifies(['G-C04', 'P13'], 'a rule file that is a link is neither followed nor replaced', async () => {
  const rules = join(it.daemon.home, 'rules');
  const real = join(it.daemon.home, '..', 'dotfile');
  writeFileSync(real, 'mine\n');
  mkdirSync(rules, { recursive: true });
  symlinkSync(real, join(rules, 'mine.yaml'));
  const refused = await admin.send('POST', '/v1/rules', {
    body: { path: 'rules/mine.yaml', text: 'this: [is no rule file', was: null },
  });
  expect(refused.status).toBe(409);
  expect(readFileSync(real, 'utf8')).toBe('mine\n');
  // Also where the link is another file of the folder.
  const other = await admin.send('POST', '/v1/rules', { body: { path: 'rules/other.yaml', text: 'a: [', was: null } });
  expect(other.status).toBe(400);
  expect(readFileSync(real, 'utf8')).toBe('mine\n');
  expect(existsSync(join(rules, 'other.yaml'))).toBe(false);
});

verifies(
  ['G-C04', 'D1', 'P13'],
  'what a link beside a rule file leads to is neither copied nor taken for a rule',
  async () => {
    await using own = await world();
    const person = await browser(own.daemon);
    const rules = join(own.daemon.home, 'rules');
    mkdirSync(rules, { recursive: true });
    // Copied, it would fill the disk; a terabyte of nothing takes no place where it is.
    const far = join(own.daemon.home, '..', 'far');
    mkdirSync(far);
    writeFileSync(join(far, 'huge.yaml'), '');
    truncateSync(join(far, 'huge.yaml'), 2 ** 40);
    const write = (path: string) =>
      person.send('POST', '/v1/rules', { body: { path, text: 'schema: castellan/rules/v1\nrules: []\n', was: null } });
    for (const link of ['far', 'far.yaml', 'huge.yaml']) {
      symlinkSync(link === 'huge.yaml' ? join(far, link) : far, join(rules, link));
      const refused = await write('rules/other.yaml');
      expect(refused.status, refused.text).toBe(400);
      expect(refused.text).toContain(`rules/${link}`);
      expect(existsSync(join(rules, 'other.yaml'))).toBe(false);
      rmSync(join(rules, link));
    }
    // An editor's lock leads nowhere, and is no rule.
    symlinkSync('mia@host.1:2', join(rules, '.#other.yaml'));
    expect((await write('rules/other.yaml')).status).toBe(200);
    // Within the folder a link is what the policy takes it for.
    symlinkSync('other.yaml', join(rules, 'again.yaml'));
    expect((await write('rules/third.yaml')).status).toBe(200);
  },
);

verifies(['D1'], 'whoever is nobody is not listened to for long', async () => {
  for (const path of ['/v1/sign-in', '/v1/setup', '/v1/links/look', '/v1/nothing-here']) {
    const response = await it.daemon.request('POST', path, { token: null, body: 'x'.repeat(200_000) });
    expect(response.status, path).toBe(413);
  }
});

verifies(['D1'], 'attempts to connect a socket are counted as requests are', async () => {
  const attempt = (): Promise<number> =>
    it.daemon
      .request('GET', '/v1/socket', {
        token: `castellan_d_${'0'.repeat(64)}`,
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
      })
      .then(({ status }) => status);
  const seen = new Set<number>();
  for (let n = 0; n < 100 && !seen.has(429); n += 1)
    for (const status of await Promise.all(Array.from({ length: 20 }, attempt))) seen.add(status);
  expect(seen).toContain(429);
});
