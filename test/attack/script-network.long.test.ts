// An approved script that wants more of the network than a person gave it: other addresses, other hosts, other messages.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ScriptRun } from '@castellan/contract';
import { certificate, json, startModelServer, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { script, scriptWorld } from '../e2e/support/script-server.ts';
import { until } from '../e2e/support/world.ts';

const KEY = 'pK4vR8zQ1mX7bT2nW9sL';
const OK = json({ inside: true });
const told = ({ error, outcome }: ScriptRun): string => `${error?.code ?? outcome}: ${error?.message ?? ''}`;

verifies(
  ['S5'],
  'no way of writing an address leads into this machine, its network or a metadata service, declared or not',
  async () => {
    await using at = await scriptWorld(OK, { listed: false });
    const { port } = at.server;
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, '169.254.169.254', `0.0.0.0:${port}`];
    const source = script({ hosts: hosts.join(', '), limits: 'calls=100' }, 'return http.get(args[0]).status');
    await at.approved('probe', source);
    for (const url of [
      ...[
        `http://127.0.0.1:${port}/`,
        `http://LOCALHOST:${port}/`,
        `http://2130706433:${port}/`,
        `http://[::1]:${port}/`,
      ],
      ...[`http://[::ffff:127.0.0.1]:${port}/`, `http://0.0.0.0:${port}/`, 'http://169.254.169.254/latest/meta-data/'],
      ...[
        `http://user@127.0.0.1:${port}/`,
        `http://evil.test\\@127.0.0.1:${port}/`,
        `http://127.0.0.1:${port}@evil.test/`,
      ],
      ...['file:///etc/passwd', `ftp://127.0.0.1:${port}/`],
    ]) {
      const run = await at.desk.run('probe', [url]);
      expect(run.outcome, url).toBe('failed');
    }
    expect(at.server.connections()).toBe(0);
  },
  { timeout: 180_000 },
);

verifies(
  ['S5', 'N2'],
  'the daemon itself is out of reach, though a person listed it and a version declares it',
  async () => {
    await using at = await scriptWorld(OK);
    const { port } = at.it.daemon.state;
    const hosts = [at.host, `127.0.0.1:${port}`, `localhost:${port}`];
    const file = join(at.it.daemon.home, 'config.yaml');
    const config = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...config, scripts: { privateHosts: hosts.slice(1) } }));
    await at.approved('own', script({ hosts: hosts.join(', '), limits: 'calls=1' }, 'return http.get(args[0]).status'));
    // In force: what is not listed any more is refused.
    await until('the change', async () => {
      const run = await at.desk.run('own', [`http://${at.host}/`]);
      return run.outcome === 'failed' ? run : undefined;
    });
    for (const host of hosts.slice(1))
      expect(told(await at.desk.run('own', [`http://${host}/v1/status`]))).toContain('the server that decides');
  },
  { timeout: 180_000 },
);

verifies(
  ['S5'],
  'a redirect leads to no host that was not declared, to no address that is private, and around no circle',
  async () => {
    await using other = await startModelServer(OK);
    await using at = await scriptWorld((response, { url }) => {
      const to: Record<string, string> = {
        '/undeclared': `http://127.0.0.1:${other.port}/`,
        '/private': `http://localhost:${other.port}/`,
        '/metadata': 'http://169.254.169.254/latest/',
        '/file': 'file:///etc/passwd',
        '/circle': '/circle',
        '/here': '/there',
      };
      const location = to[url];
      if (location === undefined) response.end(`at ${url}`);
      else response.writeHead(302, { location }).end();
    });
    const hosts = `${at.host}, localhost:${other.port}, 169.254.169.254`;
    await at.approved(
      'walk',
      script({ hosts }, `reply = http.get("http://${at.host}" + args[0])`, 'return [reply.url, reply.body]'),
    );
    expect((await at.desk.run('walk', ['/here'])).result).toEqual([`http://${at.host}/there`, 'at /there']);
    expect(told(await at.desk.run('walk', ['/undeclared']))).toContain('is not declared');
    expect(told(await at.desk.run('walk', ['/private']))).toContain('privateHosts');
    expect(told(await at.desk.run('walk', ['/metadata']))).toContain('call_refused');
    expect(told(await at.desk.run('walk', ['/file']))).toContain('something else than `http`');
    expect(told(await at.desk.run('walk', ['/circle']))).toContain('more than 5 times');
    expect(other.connections()).toBe(0);
    // Each hop was decided, and stands in the report.
    const circle = (await at.it.daemon.request('GET', '/v1/runs?script=walk&limit=1')).json() as {
      runs: { id: string }[];
    };
    const run = (await at.it.daemon.request('GET', `/v1/runs/${circle.runs[0]?.id}`)).json() as ScriptRun;
    expect(run.calls).toHaveLength(6);
    expect(new Set(run.calls.map(({ call }) => call)).size).toBe(6);
  },
  { timeout: 180_000 },
);

verifies(
  ['S5', 'S8', 'X1'],
  'a redirect takes no secret to another host, and what a server writes stands for no secret',
  async () => {
    let elsewhere = '';
    await using first = await startModelServer((response, { url }) => {
      const status = url.startsWith('/307') ? 307 : 302;
      const query = url.includes('quoted') ? `?k=\${secret:API_KEY}` : url.includes('leaked') ? `?k=${KEY}` : '';
      response.writeHead(status, { location: `http://${elsewhere}/${query}` }).end(`\${secret:API_KEY}`);
    });
    const near = `127.0.0.1:${first.port}`;
    await using at = await scriptWorld(
      (response, { headers, url, body }, request) =>
        json({ headers, url, body })(response, { headers, url, body } as never, request),
      { scripts: { privateHosts: [near] } },
    );
    elsewhere = at.host;
    await at.keep(
      'API_KEY',
      KEY,
      [near, elsewhere].map((name) => ({ kind: 'host', name })),
    );
    const source = script(
      { secrets: 'API_KEY', hosts: `${near}, ${elsewhere}` },
      'key = secrets.get("API_KEY")',
      'headers = {"authorization": "Bearer " + key, "x-key": key, "cookie": "a=b", "accept": "*/*"}',
      `reply = http.request(args[0], "http://${near}" + args[1], headers=headers, body=key if args[2] else None)`,
      'return reply.json()',
    );
    await at.approved('carry', source);
    expect((await at.desk.run('carry', ['GET', '/302', false])).result).toMatchObject({ url: '/' });
    expect(first.seen.at(-1)?.headers['x-key']).toBe(KEY);
    expect((await at.desk.run('carry', ['POST', '/302', true])).result).toMatchObject({ url: '/', body: '' });
    expect(told(await at.desk.run('carry', ['POST', '/307', true]))).toContain('a body that holds a secret');
    expect((await at.desk.run('carry', ['GET', '/302-quoted', false])).outcome).toBe('succeeded');
    expect(at.server.seen.at(-1)?.url).toContain('secret:API_KEY');
    expect(told(await at.desk.run('carry', ['GET', '/302-leaked', false]))).toContain('an address that holds a secret');
    expect(at.server.seen).toHaveLength(3);
    expect(at.server.seen.every(({ headers }) => headers.accept === '*/*')).toBe(true);
    expect(JSON.stringify(at.server.seen)).not.toContain(KEY);
    expect(JSON.stringify(at.server.seen)).not.toContain('a=b');
  },
  { timeout: 180_000 },
);

verifies(
  ['S5', 'S6'],
  'an answer without end, a bomb in a small answer, a drip: each ends its request, and the daemon goes on',
  async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    await using at = await scriptWorld((response, { url }) => {
      if (url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      else if (url === '/drip') response.writeHead(200).write('a');
      else if (url === '/head') response.writeHead(200, { 'x-long': 'a'.repeat(60_000) }).end();
      else if (url === '/endless') {
        const write = (): void => {
          if (!response.destroyed && response.write(Buffer.alloc(65_536, 97))) setImmediate(write);
          else if (!response.destroyed) response.once('drain', write);
        };
        write();
      }
    });
    const source = script({ hosts: at.host }, `return http.get("http://${at.host}" + args[0], timeout=2).status`);
    await at.approved('read', source);
    expect(told(await at.desk.run('read', ['/bomb']))).toMatch(/longer than \d+ bytes/);
    expect(told(await at.desk.run('read', ['/endless']))).toMatch(/longer than \d+ bytes/);
    expect(told(await at.desk.run('read', ['/head']))).toContain('program_failed');
    expect(told(await at.desk.run('read', ['/drip']))).toContain('no answer within 2 s');
    expect(told(await at.desk.run('read', ['/silent']))).toContain('no answer within 2 s');
    await until('the connections to end', () => (at.server.aborted() >= 2 ? true : undefined));
    expect((await at.it.daemon.request('GET', '/v1/status')).status).toBe(200);
  },
  { timeout: 180_000 },
);

verifies(['S5'], 'a program makes one message of its own and nothing else of the connection', async () => {
  await using at = await scriptWorld(OK);
  const source = script(
    { hosts: at.host },
    `return http.request(args[0], "http://${at.host}/" + args[1], headers=args[2], body=args[3]).status`,
  );
  await at.approved('smuggle', source);
  for (const [method, path, headers, body] of [
    ['GET', '', { Host: 'evil.test' }, null],
    ['POST', '', { 'Content-Length': '0' }, 'GET /admin HTTP/1.1'],
    ['POST', '', { 'Transfer-Encoding': 'chunked' }, '0\r\n\r\nGET /admin HTTP/1.1'],
    ['GET', '', { Connection: 'upgrade', Upgrade: 'websocket' }, null],
    ['GET', '', { 'x-a': 'b\r\nHost: evil.test' }, null],
    ['GET', ' HTTP/1.1\r\nHost: evil.test\r\n\r\n', {}, null],
    ['CONNECT', '', {}, null],
    ['TRACE', '', {}, null],
    ['GET', '', { 'Proxy-Authorization': 'x' }, null],
    ['GET', '', {}, 'a body'],
  ])
    expect(
      (await at.desk.run('smuggle', [method, path, headers, body])).outcome,
      JSON.stringify([method, headers]),
    ).toBe('failed');
  expect(at.server.seen).toEqual([]);
  expect((await at.desk.run('smuggle', ['POST', 'ok', { 'x-a': 'b' }, 'body'])).result).toBe(200);
  expect(at.server.seen).toMatchObject([{ method: 'POST', url: '/ok', body: 'body' }]);
});

verifies(['S5', 'X1'], 'a certificate that nobody vouches for is shown no request, and no secret', async () => {
  const pem = certificate({ name: 'localhost' });
  await using server = await startModelServer(OK, { cert: pem.cert, key: readFileSync(pem.key, 'utf8') });
  const host = `localhost:${server.port}`;
  await using at = await scriptWorld(OK, { listed: false, scripts: { privateHosts: [host] } });
  await at.keep('API_KEY', KEY, [{ kind: 'host', name: host }]);
  const source = script(
    { hosts: host, secrets: 'API_KEY' },
    `return http.get("https://${host}/", headers={"x": secrets.get("API_KEY")}).status`,
  );
  await at.approved('tls', source);
  expect(told(await at.desk.run('tls'))).toMatch(/program_failed: http: the certificate of .* cannot be trusted/);
  expect(server.seen).toEqual([]);
});
