// The attacker: a web page in the user's own browser, or a name in DNS that turns to 127.0.0.1 after it was loaded. It can
// send requests to loopback and cannot read this machine's files. It must get nothing done and nothing said.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { ROUTES, type Route } from '@castellan/contract';
import { type HttpResponse, runProcess, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { needs } from '../e2e/support/machine.ts';
import { exchange, lines, type RawAnswer } from '../e2e/support/raw.ts';
import { inPairs, refusedStart } from '../e2e/support/refused-start.ts';
import { MAIL, SEND, type TestAgent, until, type World, world } from '../e2e/support/world.ts';

let it: World;
let agent: TestAgent;
beforeAll(async () => {
  it = await world();
  agent = await it.connect();
});
afterAll(() => it[Symbol.asyncDispose]());

const here = () => `127.0.0.1:${it.daemon.state.port}`;
const bearer = () => `Authorization: Bearer ${it.daemon.state.token}`;
const send = (...parts: readonly string[]): Promise<RawAnswer> =>
  exchange({ port: it.daemon.state.port }, lines(...parts, 'Connection: close'), { quiet: 1500 });
const statusOf = async (...parts: readonly string[]) => (await send(...parts)).statuses;

verifies(['N3'], 'a rebound name reaches nothing, with or without a credential', async () => {
  const { port } = it.daemon.state;
  const hosts = [
    'evil.test',
    `evil.test:${port}`,
    `127.0.0.1.evil.test:${port}`,
    `localhost.evil.test:${port}`,
    `127.0.0.1:${port}.evil.test`,
    `127.0.0.1:${port}@evil.test`,
    `user@127.0.0.1:${port}`,
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost',
    `0.0.0.0:${port}`,
    `127.1:${port}`,
    `2130706433:${port}`,
    `0x7f.0.0.1:${port}`,
    `127.0.0.2:${port}`,
    `[::]:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    `localhost.:${port}`,
    `castellan:${port}`,
    'castellan',
    '',
  ];
  for (const host of hosts) {
    for (const path of ['/v1/live', '/v1/status', '/v1/none']) {
      const answer = await send(`GET ${path} HTTP/1.1`, `Host: ${host}`, bearer());
      expect(answer.statuses.length, host).toBe(1);
      expect(answer.statuses[0], `${host} ${path}`).toBeGreaterThanOrEqual(400);
      expect(answer.statuses[0], `${host} ${path}`).toBeLessThan(404);
    }
  }
  for (const host of [here(), `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
    expect(await statusOf('GET /v1/status HTTP/1.1', `Host: ${host}`, bearer()), host).toEqual([200]);
});

verifies(['N3'], 'the name of the request is said once, in one place', async () => {
  const cases: readonly (readonly string[])[] = [
    ['GET /v1/status HTTP/1.1', `Host: ${here()}`, 'Host: evil.test'],
    ['GET /v1/status HTTP/1.1', 'Host: evil.test', `Host: ${here()}`],
    ['GET /v1/status HTTP/1.1', `Host: ${here()}`, `Host: ${here()}`],
    ['GET /v1/status HTTP/1.1'],
    ['GET /v1/status HTTP/1.0'],
    ['GET /v1/status HTTP/1.0', 'Host: evil.test'],
    [`GET http://evil.test/v1/status HTTP/1.1`, `Host: ${here()}`],
    [`GET http://${here()}/v1/status HTTP/1.1`, 'Host: evil.test'],
    [`GET http://${here()}/v1/status HTTP/1.1`, `Host: ${here()}`],
    [`GET https://evil.test:443/v1/status HTTP/1.1`, `Host: ${here()}`],
    ['OPTIONS * HTTP/1.1', `Host: ${here()}`],
    [`CONNECT ${here()} HTTP/1.1`, `Host: ${here()}`],
    ['GET /v1/status HTTP/1.1', `X-Forwarded-Host: ${here()}`, 'Host: evil.test'],
    ['GET /v1/status HTTP/1.1', `Forwarded: host=${here()}`, 'Host: evil.test'],
  ];
  for (const parts of cases) {
    const answer = await send(...parts, bearer());
    expect(answer.text, parts.join(' | ')).not.toContain('"version"');
    for (const status of answer.statuses) expect(status, parts.join(' | ')).toBeGreaterThanOrEqual(400);
  }
});

verifies(
  ['N3', 'A1'],
  'a page changes nothing, whatever its origin and however the browser labels it',
  async () => {
    const origins = ['null', 'https://evil.test', 'file://', '', `https://${here()}`, 'http://127.0.0.1:1'];
    // Whoever knocks this often is told to wait, which is no answer either.
    const refused = { wrong: 0, slow: 0 };
    const isRefused = (response: HttpResponse, what: string): void => {
      expect([403, 429], `${what}: ${response.text}`).toContain(response.status);
      refused[response.status === 403 ? 'wrong' : 'slow'] += 1;
      // The broker says it in the shape of the API that is spoken.
      if (response.status === 403)
        expect(response.text, what).toContain('requests from web pages are not accepted here');
    };
    // Our own page's: it is let in with a cookie and its other half, and with nothing else.
    const own = [`http://${here()}`, `http://localhost:${it.daemon.state.port}`];
    const sites = ['cross-site', 'same-site', 'nonsense', 'same-origin, cross-site'];
    const change = Object.entries<Route>(ROUTES).filter(([, { method }]) => method !== 'GET');
    expect(change.length).toBeGreaterThan(8);
    for (const [name, { method, path, permission }] of change) {
      const target = path.replace(':id', 'agent_aaaaaa');
      for (const token of [it.daemon.state.token, await it.daemon.access(), agent.credential, null]) {
        // A program may say of itself what a browser says of our page, where MCP is spoken and with an agent's credential; what
        // a browser labels is a page's, and no page is let in there.
        const isProgram = permission === 'mcp:use' && token === agent.credential;
        for (const origin of permission === 'public' ? [] : own) {
          const headers = { origin, ...(isProgram && { 'sec-fetch-site': 'same-origin' }) };
          const response = await it.daemon.request(method, target, { token, headers, body: {} });
          expect([401, 403, 429], `${name} ${origin} ${response.text}`).toContain(response.status);
        }
        for (const origin of origins) {
          const response = await it.daemon.request(method, target, { token, headers: { origin }, body: {} });
          isRefused(response, `${name} ${origin}`);
        }
        for (const site of sites) {
          const response = await it.daemon.request(method, target, {
            token,
            headers: { 'sec-fetch-site': site },
            body: {},
          });
          isRefused(response, `${name} ${site}`);
        }
      }
    }
    expect(refused.wrong).toBeGreaterThan(300);
    // Reading: an opaque origin never, another site's fetch never.
    for (const headers of [{ origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }])
      await until('a place among the requests that are turned away', async () => {
        const { status } = await it.daemon.request('GET', '/v1/status', { headers });
        expect([403, 429]).toContain(status);
        return status === 403 ? true : undefined;
      });
    expect((await it.status()).alarms, 'the daemon still answers').toEqual([]);
  },
  { timeout: 180_000 },
);

verifies(['N3'], 'no answer ever carries a CORS header, and a preflight is refused', async () => {
  const shapes = ['/v1/live', '/v1/status', '/v1/none', '/v1/approvals', '/v1/hooks/claude-code'].flatMap((path) =>
    ['GET', 'POST', 'OPTIONS', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'TRACE'].map((method) => [method, path] as const),
  );
  for (const [method, path] of shapes) {
    for (const origin of ['https://evil.test', 'null', undefined]) {
      const response = await it.daemon.request(method, path, {
        headers: {
          ...(origin === undefined ? {} : { origin }),
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      });
      const names = Object.keys(response.headers).filter((name) => /^access-control|^timing-allow/.test(name));
      expect(names, `${method} ${path} ${origin}`).toEqual([]);
      if (method === 'OPTIONS' || method === 'TRACE') expect(response.status).toBeGreaterThanOrEqual(400);
    }
  }
});

verifies(['N3', 'A1'], 'headers and fields that rename a method do nothing', async () => {
  for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    const response = await it.daemon.request('GET', '/v1/stop', { headers: { [header]: 'POST' } });
    expect(response.status, header).toBe(404);
  }
  expect((await it.daemon.request('GET', '/v1/stop?_method=POST')).status).toBe(404);
  expect((await it.daemon.request('HEAD', '/v1/status')).status).toBe(404);
  // What a form can send without a preflight: no credential goes with it, and no credential is in the body.
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const response = await it.daemon.request('POST', '/v1/stop', {
      token: null,
      headers: { 'content-type': type },
      body: `token=${it.daemon.state.token}`,
    });
    expect(response.status, type).toBe(401);
  }
  expect((await it.daemon.request('GET', '/v1/live')).json()).toEqual({ live: true });
});

verifies(['N3', 'K2'], 'one connection never carries a second, smuggled request', async () => {
  const inner = lines('POST /v1/stop HTTP/1.1', `Host: ${here()}`, bearer(), 'Content-Length: 0');
  const head = ['POST /v1/hooks/claude-code HTTP/1.1', `Host: ${here()}`, `Authorization: Bearer ${agent.credential}`];
  const shapes: readonly (readonly [string, readonly string[]])[] = [
    ['length and chunks', ['Content-Length: 6', 'Transfer-Encoding: chunked']],
    ['two lengths', ['Content-Length: 0', `Content-Length: ${inner.length}`]],
    ['a list of lengths', [`Content-Length: 0, ${inner.length}`]],
    ['a signed length', ['Content-Length: +0']],
    ['a hexadecimal length', ['Content-Length: 0x0']],
    ['chunks spelt otherwise', ['Transfer-Encoding: xchunked', 'Content-Length: 0']],
    ['chunks twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']],
    ['a space before the colon', ['Transfer-Encoding : chunked', 'Content-Length: 0']],
    ['a folded header', ['X-A: b', ' Transfer-Encoding: chunked', 'Content-Length: 0']],
    ['a bare carriage return', ['X-A: b\rTransfer-Encoding: chunked', 'Content-Length: 0']],
    ['a NUL', ['X-A: b\0c', 'Content-Length: 0']],
  ];
  for (const [what, extra] of shapes) {
    const bytes = `${head.join('\r\n')}\r\n${extra.join('\r\n')}\r\n\r\n0\r\n\r\n${inner}`;
    const answer = await exchange({ port: it.daemon.state.port }, bytes, { quiet: 500 });
    expect(answer.statuses[0], `${what}: ${answer.text}`).toBe(400);
    expect(answer.statuses.length, what).toBe(1);
    expect(answer.text, what).not.toContain('stopping');
  }
  // Lines that end in a bare LF are not a head at all.
  const lf = await exchange({ port: it.daemon.state.port }, inner.replaceAll('\r\n', '\n'), { quiet: 500 });
  expect(lf.statuses, lf.text).toEqual([400]);
  expect((await it.status()).version).toBe('0.1.0');
});

/** Listening TCP sockets of a process: local addresses as the kernel tells them. */
function listening(pid: number): readonly string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? ''];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((family) =>
    readFileSync(`/proc/${pid}/net/${family}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
      .map((fields) => (fields[1] ?? '').split(':')[0] ?? ''),
  );
}
const LOOPBACK_V4 = '0100007F';
const LOOPBACK_V6 = '00000000000000000000000001000000';

verifies(
  ['N1', 'G-C08'],
  'the kernel shows loopback and nothing else, whatever the environment asks for',
  async () => {
    const wishes = { HOST: '0.0.0.0', CASTELLAN_HOST: '0.0.0.0', CASTELLAN_LISTEN: '0.0.0.0:9999', ADDRESS: '::' };
    await using daemon = await startDaemon({ env: { ...wishes, FASTIFY_ADDRESS: '0.0.0.0', NODE_HOST: '0.0.0.0' } });
    const addresses = listening(daemon.pid);
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses).toContain(LOOPBACK_V4);
    for (const address of addresses) expect([LOOPBACK_V4, LOOPBACK_V6]).toContain(address);
    // The machine's own other addresses answer nobody.
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address, internal } of others.filter(({ internal, scopeid }) => !internal && !scopeid)) {
      const answer = await exchange({ host: address, port: daemon.state.port }, lines('GET /v1/live HTTP/1.0'));
      expect(answer.text, `${address} ${internal}`).toBe('');
    }
    expect(statSync(daemon.socket).mode & 0o777).toBe(0o600);
  },
  needs('proc'),
);

verifies(['N1', 'G-C08'], 'an address that is not loopback is refused at start, naming C08', async () => {
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
  const hosts = ['0.0.0.0', '::', '', own ?? '192.168.1.10', 'example.org', '127.0.0.2', ' 127.0.0.1'];
  await inPairs(hosts, async (host) => {
    const home = join(tempFolder(), 'state');
    const { stderr, stdout, code } = await refusedStart({ home, config: { listen: { host, port: 0 } } });
    expect(stderr, host).toMatch(/^castellan: error: rule C08: [^\n]+\nhint: [^\n]+\n$/);
    expect(stdout, host).toBe('');
    expect(code, host).toBe(64);
  });
});

const partWith = (text: string, secret: string): string => {
  const at = text.indexOf(secret);
  return at < 0 ? '' : text.slice(Math.max(0, at - 100), at + secret.length);
};

/** Every file below a folder. */
const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

verifies(
  ['A1', 'A2'],
  "the token is in state.json and nowhere else: not even where an agent's argument put it",
  async () => {
    await using own = await world();
    const first = await own.connect();
    const { token, port } = own.daemon.state;
    const secrets = [token, first.credential].flatMap((secret) => [
      secret,
      secret.split('_').at(-1) ?? secret,
      Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(4, -4),
    ]);
    const waiting = first.pre(
      SEND,
      { to: 'a@b.c', subject: token, body: `${first.credential} ${btoa(token)}` },
      { server: MAIL },
    );
    const [approval] = await own.waiting();
    const stream = await own.events();
    const answers = [JSON.stringify(approval), JSON.stringify(stream.seen)];
    if (approval !== undefined) answers.push((await own.deny(approval, `no ${token}`)).text);
    const denied = await waiting;
    expect(denied.verdict).toBe('deny');
    await first.hook({ session_id: 's1', cwd: `/tmp/${token}`, hook_event_name: 'UserPromptSubmit', prompt: token });
    await first.hook(`{"hook_event_name":"PreToolUse","${token}`);
    await exchange({ port }, lines('GET /v1/status HTTP/1.1', `Host: ${token}`, `Authorization: Bearer ${token}`));
    answers.push(JSON.stringify(await own.records()), JSON.stringify(await own.status()));
    for (const secret of secrets) for (const answer of answers) expect(partWith(answer, secret)).toBe('');
    const cmdline = readFileSync(`/proc/${own.daemon.pid}/cmdline`, 'utf8');
    const environment = readFileSync(`/proc/${own.daemon.pid}/environ`, 'utf8');
    const children = await runProcess('ps', ['--ppid', String(own.daemon.pid), '-o', 'pid=']);
    expect(children.stdout.trim(), 'it has no children that could inherit anything').toBe('');
    stream.close();
    const { home } = own.daemon;
    const inFiles = (): readonly string[] =>
      filesOf(home)
        .filter((file) => !file.endsWith('state.json'))
        .filter((file) => secrets.some((secret) => readFileSync(file).includes(secret)));
    expect(filesOf(home).length).toBeGreaterThan(6);
    expect(inFiles(), 'while it runs').toEqual([]);
    const ended = await own.daemon.stop();
    expect(inFiles(), 'and after').toEqual([]);
    for (const secret of secrets) {
      for (const place of [cmdline, environment, ended.stdout, ended.stderr])
        expect(place.includes(secret)).toBe(false);
    }
  },
);
