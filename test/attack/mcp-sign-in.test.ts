// The attacker wants the tokens of a sign-in to an MCP server, or to have the person's browser sign in as somebody else: with
// callbacks of its own, with the person's used again, with an authorization server that lies, as an agent or another page (M6).
import type { ServerResponse } from 'node:http';
import { ROUTES } from '@castellan/contract';
import { browse, type SignInOptions, startSignInServer, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { askSignIn, begin, comeBack, plan, scene } from '../e2e/support/server-sign-in.ts';
import { ofKind, until, type World } from '../e2e/support/world.ts';

const secretsOf = async ({ daemon }: World): Promise<readonly unknown[]> =>
  ((await daemon.request('GET', '/v1/secrets')).json() as { secrets: readonly unknown[] }).secrets;
const changes = async (it: World): Promise<readonly string[]> =>
  ofKind(await it.records(), 'module').map(({ change, text }) => `${change}: ${text}`);

const withQuery = (to: string, change: (query: URLSearchParams) => void): string => {
  const url = new URL(to);
  change(url.searchParams);
  return url.href;
};

verifies(
  ['M6'],
  'a callback with a state that is made up, missing, doubled or used is refused, recorded, and says nothing back',
  async () => {
    await using made = await scene();
    const { it, server } = made;
    await plan(it, server);
    const honest = await browse(await begin(it));
    const marked = '<script>alert(1)</script>';
    const foreign = withQuery(honest, (query) => {
      query.set('state', 'A'.repeat(43));
      query.set('error_description', marked);
    });
    const strange = [
      foreign,
      withQuery(honest, (query) => query.delete('state')),
      withQuery(honest, (query) => query.append('state', 'B'.repeat(43))),
    ];
    for (const to of strange) {
      const reply = await comeBack(it, to);
      expect(reply.status, to).toBe(400);
      expect(reply.text).not.toContain('script');
      expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
      expect(reply.headers['referrer-policy']).toBe('no-referrer');
    }
    expect(server.seen.filter(({ path }) => path === '/token')).toEqual([]);
    const refusals = await until('the refusals', async () => {
      const found = ofKind(await it.records(), 'refusal').filter(({ what }) => what.includes('oauth/callback'));
      return found.length === 3 ? found : undefined;
    });
    expect(JSON.stringify(refusals)).not.toContain('A'.repeat(43));

    expect((await comeBack(it, honest)).status).toBe(200);
    expect((await comeBack(it, honest)).status).toBe(400);
    expect(server.seen.filter(({ path }) => path === '/token')).toHaveLength(1);
    expect(await secretsOf(it)).toHaveLength(1);
  },
  { timeout: 90_000 },
);

verifies(
  ['M6'],
  "another code, another issuer, or no issuer where one is promised: the person's state is used up, nothing is kept",
  async () => {
    await using made = await scene();
    const { it, server } = made;
    await plan(it, server);
    const tries: readonly [string, (query: URLSearchParams) => void, number][] = [
      ['another code', (query) => query.set('code', 'code_of_somebody_else'), 1],
      ['another issuer', (query) => query.set('iss', 'https://evil.test'), 0],
      ['no issuer', (query) => query.delete('iss'), 0],
      ['two issuers', (query) => query.append('iss', 'https://evil.test'), 0],
      ['no code', (query) => query.delete('code'), 0],
      ['an error', (query) => query.set('error', 'access_denied'), 0],
    ];
    for (const [what, change, asked] of tries) {
      const before = server.seen.filter(({ path }) => path === '/token').length;
      const honest = await browse(await begin(it));
      expect((await comeBack(it, withQuery(honest, change))).status, what).toBe(400);
      // The state was good once: not for the right one after the wrong one either.
      expect((await comeBack(it, honest)).status, what).toBe(400);
      expect(server.seen.filter(({ path }) => path === '/token').length - before, what).toBe(asked);
    }
    expect(await secretsOf(it)).toEqual([]);
    const told = (await changes(it)).filter((each) => each.startsWith('refused: the sign-in failed'));
    expect(told).toHaveLength(tries.length);
    for (const secret of server.given) expect(JSON.stringify(await it.records())).not.toContain(secret);
  },
  { timeout: 90_000 },
);

verifies(
  ['M6'],
  "a server that names another's consent page or registration and keeps the code for itself begins no sign-in",
  async () => {
    await using bank = await startSignInServer();
    await using made = await scene();
    const { it } = made;
    for (const names of [
      ['authorization_endpoint', 'registration_endpoint'],
      ['authorization_endpoint'],
      ['registration_endpoint'],
      ['token_endpoint'],
      ['revocation_endpoint'],
    ]) {
      const metadata = Object.fromEntries(names.map((name) => [name, `${bank.issuer}/${PATHS[name]}`]));
      await using server = await startSignInServer({ metadata });
      await plan(it, server);
      const answer = await askSignIn(it);
      expect(answer.status, `${names}: ${answer.text}`).toBe(500);
      // Both are named, so that the person can judge who lies.
      expect(answer.text).toContain(new URL(server.issuer).host);
      expect(answer.text).toContain(new URL(bank.issuer).host);
      expect(server.seen.map(({ path }) => path)).not.toContain('/register');
      expect(await secretsOf(it)).toEqual([]);
    }
    expect(bank.seen).toEqual([]);
  },
  { timeout: 120_000 },
);
const PATHS: Readonly<Record<string, string>> = {
  authorization_endpoint: 'authorize',
  registration_endpoint: 'register',
  token_endpoint: 'token',
  revocation_endpoint: 'revoke',
};

verifies(
  ['M6'],
  'each module and authorization server has a way back of its own, and a code that comes another way is not used',
  async () => {
    await using made = await scene();
    const { it, server } = made;
    await plan(it, server);
    const answer = await askSignIn(it);
    const host = new URL(server.issuer).host;
    expect(answer.json()).toMatchObject({ hosts: { server: new URL(server.mcp.url).host, browser: host, code: host } });
    await using other = await scene();
    await plan(other.it, other.server);
    const [here, there] = await Promise.all([begin(it), begin(other.it)].map(async (open) => browse(await open)));
    const places = [here, there].map((to) => new URL(to ?? '').pathname);
    expect(places[0]).not.toBe(places[1]);
    const crossed = new URL(here ?? '');
    crossed.pathname = places[1] ?? '';
    expect((await comeBack(it, crossed.href)).status).toBe(400);
    expect((await comeBack(it, here ?? '')).status).toBe(400);
    expect(server.seen.filter(({ path }) => path === '/token')).toEqual([]);
    expect(await secretsOf(it)).toEqual([]);
  },
  { timeout: 90_000 },
);

const LIES: readonly [string, SignInOptions][] = [
  ['no PKCE', { metadata: { code_challenge_methods_supported: ['plain'] } }],
  ['PKCE not said', { metadata: { code_challenge_methods_supported: undefined } }],
  ['another issuer', { metadata: { issuer: 'https://evil.test' } }],
  ['a script as its page', { metadata: { authorization_endpoint: 'javascript:alert(1)' } }],
  ['a page without TLS', { metadata: { authorization_endpoint: 'http://192.0.2.1/authorize' } }],
  ['tokens without TLS', { metadata: { token_endpoint: 'http://192.0.2.1/token' } }],
  ['another resource', { resource: { resource: 'https://bank.test/mcp' } }],
  ['a redirect', { instead: (path, _body, response) => path === '/register' && moved(response) }],
  ['too much', { instead: (path, _body, response) => path === '/register' && flood(response) }],
];
function moved(response: ServerResponse): boolean {
  response.writeHead(307, { location: 'http://127.0.0.1:9/steal' }).end();
  return true;
}
function flood(response: ServerResponse): boolean {
  response.writeHead(201, { 'content-type': 'application/json' }).end(`{"client_id":"${'x'.repeat(400_000)}"}`);
  return true;
}

verifies(
  ['M6'],
  'an authorization server that lies about itself, sends us elsewhere or says too much begins no sign-in',
  async () => {
    await using made = await scene();
    const { it } = made;
    for (const [what, options] of LIES) {
      await using server = await startSignInServer(options);
      await plan(it, server);
      const answer = await askSignIn(it);
      expect(answer.status, `${what}: ${answer.text}`).toBe(500);
      expect(answer.text, what).not.toContain('evil.test');
      expect(server.seen.filter(({ path }) => path === '/token')).toEqual([]);
    }
  },
  { timeout: 120_000 },
);

verifies(
  ['M6', 'A5'],
  'no agent, no daemon token and no page begins a sign-in or uses what is kept of one',
  async () => {
    await using made = await scene();
    const { it, server } = made;
    await plan(it, server);
    const { credential } = await it.connect('mallory');
    for (const token of [credential, it.daemon.state.token]) {
      for (const { method, path } of [ROUTES.signInModule, ROUTES.signOutModule]) {
        const answer = await it.daemon.request(method, path.replace(':name', 'notes'), { token, body: {} });
        expect(answer.status, answer.text).toBe(403);
      }
    }
    const honest = await browse(await begin(it));
    // A page that asks for it, instead of a browser that is sent there.
    for (const headers of [
      { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ])
      expect((await comeBack(it, honest, headers)).status).toBe(403);
    expect((await comeBack(it, honest)).status).toBe(200);

    const use = await it.daemon.request('POST', '/v1/modules/plan', {
      body: {
        name: 'thief',
        start: { kind: 'mcp-http', url: `${server.issuer}/mcp`, headers: { 'x-key': `\${secret:oauth.notes}` } },
        look: true,
      },
    });
    expect(use.status, use.text).toBe(400);
    expect(use.text).toContain('belongs to the sign-in');
    for (const [method, path, body] of [
      ['PATCH', '/v1/secrets/oauth.notes', { uses: [{ kind: 'host', name: 'evil.test' }] }],
      ['POST', '/v1/secrets/oauth.notes/rotate', { value: 'a token of the attacker' }],
    ] as const) {
      const answer = await it.daemon.request(method, path, { body });
      expect(answer.status, answer.text).toBe(409);
    }
  },
  { timeout: 90_000 },
);

verifies(
  ['M6'],
  'the same name at another address has no tokens of the one before',
  async () => {
    await using made = await scene();
    await using other = await scene();
    const { it, server } = made;
    await plan(it, server);
    expect((await comeBack(it, await browse(await begin(it)))).status).toBe(200);
    expect((await plan(it, server)).needsSignIn).toBe(false);
    expect((await plan(it, other.server)).needsSignIn).toBe(true);
    const sent = other.server.mcp.seen.map(({ headers }) => headers.authorization);
    expect(sent.every((each) => each === undefined)).toBe(true);
  },
  { timeout: 90_000 },
);
