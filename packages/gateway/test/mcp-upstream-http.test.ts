// Servers that are reached by HTTP: of both eras, known by origin and key; and those that would have more of us than that.
import { readFileSync } from 'node:fs';
import type { McpHttp } from '@castellan/contract';
import { certificate, startMcpHttpServer } from '@castellan/testkit';
import { describe, expect, test, vi } from 'vitest';
import { said, upstreamWorld } from './support/upstream-world.ts';

/** Of localhost, for a server. */
const pair = (): { readonly cert: string; readonly key: string } => {
  const { cert, key } = certificate({ name: 'localhost' });
  return { cert, key: readFileSync(key, 'utf8') };
};
const at = (url: string, more: Partial<McpHttp> = {}): McpHttp => ({
  kind: 'mcp-http',
  url,
  headers: {},
  oauth: 'auto',
  scopes: [],
  timeoutSeconds: 20,
  concurrency: 16,
  ...more,
});
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a manifest names a secret
const KEYED = { headers: { 'X-Key': '${secret:TOKEN}' } };

describe.for(['legacy', 'modern'] as const)('a server of the %s era', (era) => {
  test('answers, reports progress, is cancelled, and is left tidily', async () => {
    await using far = await startMcpHttpServer({ era });
    const world = upstreamWorld({ secrets: { TOKEN: 'very-secret' } });
    await world.accept('far', at(far.url, KEYED));
    const server = await world.open('far');
    expect(server.era).toBe(era);
    expect(world.judged.at(-1)?.[1].identity).toEqual({ kind: 'http', origin: new URL(far.url).origin, key: null });
    expect(said(await world.echo(server, 'hello'))).toBe('hello');
    const steps: unknown[] = [];
    const params = { name: 'count', arguments: { to: 5 } };
    await server.request('tools/call', params, { onProgress: ({ progress }) => steps.push(progress) });
    expect(steps).toEqual([1, 2, 3, 4, 5]);
    const stop = new AbortController();
    const slow = server.request('tools/call', { name: 'slow', arguments: { ms: 60_000 } }, { signal: stop.signal });
    await vi.waitFor(() => expect(far.seen.some(({ body }) => body.includes('"slow"'))).toBe(true));
    stop.abort();
    expect(await slow).toEqual({ kind: 'cancelled' });
    expect(far.seen.length).toBeGreaterThan(4);
    expect(far.seen.every(({ headers }) => headers['x-key'] === 'very-secret')).toBe(true);
    await world.upstreams.closeSession('ses-1');
    expect(far.sessions()).toBe(0);
  });

  test('is read again and judged when it says that its tools changed', async () => {
    await using far = await startMcpHttpServer({ era });
    const world = upstreamWorld();
    await world.accept('far', at(far.url));
    await world.open('far');
    const before = world.judged.length;
    await vi.waitFor(async () => {
      await far.toolsChanged();
      expect(world.judged.length).toBeGreaterThan(before);
    });
  });
});

test('a session that the server forgot is begun anew', async () => {
  await using far = await startMcpHttpServer({ era: 'legacy' });
  const world = upstreamWorld();
  await world.accept('far', at(far.url));
  const server = await world.open('far');
  far.forget();
  expect(await world.echo(server, 'x')).toMatchObject({ kind: 'failed' });
  await vi.waitFor(async () => expect(said(await world.echo(await world.open('far'), 'again'))).toBe('again'));
});

test('a redirect to somebody else is not followed, and somebody else gets nothing of ours', async () => {
  await using thief = await startMcpHttpServer();
  await using far = await startMcpHttpServer({
    instead: (_request, response) => {
      response.writeHead(307, { location: thief.url }).end();
      return true;
    },
  });
  const world = upstreamWorld({ secrets: { TOKEN: 'very-secret' } });
  await world.accept('far', at(far.url, KEYED));
  await expect(world.open('far')).rejects.toThrow('it was not sent there');
  expect(thief.seen).toEqual([]);
});

test('this daemon is no server of a module, by whatever name', async () => {
  await using own = await startMcpHttpServer();
  const world = upstreamWorld({ ownPorts: [own.port] });
  for (const host of ['127.0.0.1', 'localhost', '127.9.9.9', '0.0.0.0', '[::ffff:127.0.0.1]']) {
    const looked = await world.upstreams.look(
      { module: 'own', start: at(`http://${host}:${own.port}/mcp`), folder: world.servers, walls: null },
      new AbortController().signal,
    );
    expect(looked, host).toMatchObject({ kind: 'fault', why: expect.stringContaining('is Castellan itself') });
  }
  expect(own.seen).toEqual([]);
});

test('the metadata service of a cloud machine is no server', async () => {
  const world = upstreamWorld();
  const start = at('http://169.254.169.254/mcp');
  const looked = await world.upstreams.look(
    { module: 'x', start, folder: '/', walls: null },
    new AbortController().signal,
  );
  expect(looked).toMatchObject({ kind: 'fault', why: expect.stringContaining('metadata service') });
});

test('a certificate that nobody vouches for ends it; the key of one that is good is who the server is', async () => {
  const tls = pair();
  await using far = await startMcpHttpServer({ tls });
  const url = `https://localhost:${far.port}/mcp`;
  const plain = upstreamWorld({ secrets: { TOKEN: 'very-secret' } });
  await plain.accept('far', at(url, KEYED));
  await expect(plain.open('far')).rejects.toThrow('cannot be trusted');
  expect(far.seen).toEqual([]);

  const world = upstreamWorld({ ca: tls.cert, secrets: { TOKEN: 'very-secret' } });
  await world.accept('far', at(url, KEYED));
  const identity = world.modules.get('far')?.lock.identity;
  expect(identity).toMatchObject({ kind: 'http', key: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
  expect(said(await world.echo(await world.open('far'), 'x'))).toBe('x');

  // Another key at the same address: asked about before a byte of ours is sent.
  const other = pair();
  await using impostor = await startMcpHttpServer({ tls: other });
  const wary = upstreamWorld({
    ca: other.cert,
    secrets: { TOKEN: 'very-secret' },
    judge: (_module, seen) =>
      JSON.stringify(seen.identity) === JSON.stringify(identity)
        ? { kind: 'serve' }
        : { kind: 'hold', why: 'its certificate has another key' },
  });
  await wary.accept('far', at(`https://localhost:${impostor.port}/mcp`, KEYED), identity);
  const before = impostor.seen.length;
  await expect(wary.open('far')).rejects.toThrow('held: its certificate has another key');
  expect(impostor.seen.length).toBe(before);
});

test('what it wants and what it speaks is said in one line', async () => {
  const answers: readonly (readonly [number, Record<string, string>, string | RegExp])[] = [
    [401, { 'www-authenticate': 'Bearer' }, 'needs-sign-in:'],
    [405, {}, 'does not speak Streamable HTTP'],
    [500, {}, 'status 500'],
    [200, { 'content-encoding': 'gzip', 'content-type': 'application/json' }, 'compressed'],
  ];
  for (const [status, headers, why] of answers) {
    await using far = await startMcpHttpServer({
      instead: (_request, response) => {
        response.writeHead(status, headers).end();
        return true;
      },
    });
    const world = upstreamWorld();
    await world.accept('far', at(far.url));
    await expect(world.open('far'), String(status)).rejects.toThrow(why);
    expect(world.upstreams.state('far').state).toBe(status === 401 ? 'needs-sign-in' : 'backing-off');
  }
});

test('a server that greets everybody and asks who it is at its lists wants a sign-in, and did not crash', async () => {
  for (const era of ['legacy', 'modern'] as const) {
    await using far = await startMcpHttpServer({
      era,
      instead: (_request, response, body) => {
        if (!body.includes('"tools/list"')) return false;
        response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
        return true;
      },
    });
    const world = upstreamWorld();
    const looked = await world.upstreams.look(
      { module: 'far', start: at(far.url), folder: '/', walls: null },
      new AbortController().signal,
    );
    expect(looked, era).toMatchObject({ kind: 'needs-sign-in', hint: 'castellan modules sign-in far' });
    const never = await world.upstreams.look(
      { module: 'far', start: at(far.url, { oauth: 'off' }), folder: '/', walls: null },
      new AbortController().signal,
    );
    expect(never, era).toMatchObject({ kind: 'fault', why: 'it does not accept our headers (status 401)' });
  }
});

test('a server of the oldest transport is told apart', async () => {
  await using far = await startMcpHttpServer({
    instead: (request, response) => {
      if (request.method === 'GET')
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: endpoint\ndata: /messages\n\n');
      else response.writeHead(405).end();
      return true;
    },
  });
  const world = upstreamWorld();
  await world.accept('far', at(far.url));
  await expect(world.open('far')).rejects.toThrow('HTTP+SSE of 2024-11-05');
});

describe('an answer without end', () => {
  test.for([
    ['text/event-stream', `data: ${'x'.repeat(65_000)}\n`],
    ['text/event-stream', ''],
    ['application/json', '{"a":'],
  ] as const)('%s is cut off at the bound', async ([type, begin]) => {
    let isOpen = false;
    await using far = await startMcpHttpServer({
      era: 'legacy',
      instead: (request, response, body) => {
        if (request.method !== 'POST' || !body.includes('tools/call')) return false;
        isOpen = true;
        response.writeHead(200, { 'content-type': type }).write(begin);
        const pump = (): void => {
          while (isOpen && response.write(begin === '' ? 'x'.repeat(65_536) : begin.repeat(4)));
          response.once('drain', pump);
        };
        response.once('close', () => {
          isOpen = false;
        });
        pump();
        return true;
      },
    });
    const world = upstreamWorld();
    await world.accept('far', at(far.url));
    const server = await world.open('far');
    const answer = await world.echo(server, 'x');
    expect(answer).toMatchObject({ kind: 'failed', why: expect.stringContaining('longer than 4194304 bytes') });
    await vi.waitFor(() => expect(isOpen).toBe(false));
  });
});

test.for(['http://192.0.2.2:9/mcp', 'http://wiki.example.org/mcp', 'http://0.0.0.0:9/mcp', 'http://[fd00::1]/mcp'])(
  'no secret of the vault is taken out for %s, which anybody on the way can read and be',
  async (url) => {
    let filled = 0;
    const world = upstreamWorld({
      host: {
        fillIn: async () => {
          filled += 1;
          return { ok: true, values: {} };
        },
      },
    });
    const looked = await world.upstreams.look(
      { module: 'far', start: at(url, KEYED), folder: world.servers, walls: null },
      new AbortController().signal,
    );
    expect(looked).toMatchObject({ kind: 'fault', why: expect.stringMatching(/`X-Key` has a secret.*by https/) });
    await world.accept('far', at(url, KEYED), { kind: 'http', origin: new URL(url).origin, key: null });
    await expect(world.open('far')).rejects.toThrow(/by https/);
    expect(filled).toBe(0);
  },
);
