// An authorization server on loopback, and the honest MCP server behind it: OAuth 2.1 as MCP asks for it, enforced. PKCE, the
// resource, the redirect and the client are checked; refresh tokens rotate, and an old one ends its whole family.
// RULE: whatever a client forgets is refused here; `instead` makes it an attacker.
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { jwtVerify, SignJWT } from 'jose';
import { type McpHttpServer, startMcpHttpServer } from './mcp-http-server.ts';

export interface SignInOptions {
  /** Seconds an access token lives. @default 3600 */
  readonly lives?: number;
  /** Gives its tokens out, and takes them back, at another host than the one people sign in at. */
  readonly elsewhere?: boolean;
  /** A client that somebody registered; nobody else may. */
  readonly registered?: { readonly id: string; readonly secret: string; readonly redirect: () => string };
  /** Put over the metadata of the authorization server. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Put over the metadata of the protected resource. */
  readonly resource?: Readonly<Record<string, unknown>>;
  /** Put over the parameters of the way back; null leaves one out. */
  readonly back?: Readonly<Record<string, string | null>>;
  /** Scopes a token must have for `tools/call` of these tools. */
  readonly needs?: Readonly<Record<string, string>>;
  /** @returns whether it answered in the authorization server's place. */
  readonly instead?: (path: string, body: URLSearchParams, response: ServerResponse) => boolean;
}

/** One request to the authorization server. */
export interface SignInSeen {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface SignInServer extends AsyncDisposable {
  readonly issuer: string;
  /** Where tokens come from. */
  readonly tokens: string;
  readonly mcp: McpHttpServer;
  readonly seen: readonly SignInSeen[];
  /** Every token, code and verifier that was ever on its way. */
  readonly given: readonly string[];
  /** Access tokens that hold now end now; they can be renewed. */
  readonly endAccess: () => void;
  /** Nothing that was given is good for anything any more. */
  readonly revokeAll: () => void;
}

interface Code {
  readonly client: string;
  readonly redirect: string;
  readonly challenge: string;
  readonly scope: string;
}
interface Refresh {
  readonly client: string;
  readonly family: string;
  readonly scope: string;
}

const SUPPORTED = 'notes:read notes:write';
const text = (value: string | null): string => value ?? '';

export async function startSignInServer(options: SignInOptions = {}): Promise<SignInServer> {
  const { lives = 3600, instead } = options;
  const key = randomBytes(32);
  const clients = new Map<string, readonly string[]>();
  const codes = new Map<string, Code>();
  const refreshes = new Map<string, Refresh>();
  const families = new Set<string>();
  const seen: SignInSeen[] = [];
  const given: string[] = [];
  let generation = 0;
  let issuer = '';
  let tokensAt = '';

  const fresh = (kind: string): string => {
    const made = `${kind}_${randomBytes(24).toString('base64url')}`;
    given.push(made);
    return made;
  };
  const json = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  };
  // What was sent stands in the answer, as careless servers do it: nothing of it may turn up in a log.
  const fails = (response: ServerResponse, error: string, body: URLSearchParams): void =>
    json(response, 400, { error, error_description: `it was: ${body.toString()}` });

  async function tokens(response: ServerResponse, client: string, family: string, scope: string): Promise<void> {
    const access = await new SignJWT({ scope, generation, family, client_id: client })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setAudience(mcp.url)
      .setJti(randomBytes(8).toString('hex'))
      .setIssuedAt()
      .setExpirationTime(`${lives}s`)
      .sign(key);
    given.push(access);
    const refresh = fresh('refresh');
    refreshes.set(refresh, { client, family, scope });
    json(response, 200, {
      access_token: access,
      token_type: 'Bearer',
      expires_in: lives,
      refresh_token: refresh,
      scope,
    });
  }

  /** Whoever was given a secret proves it. */
  function clientOf(body: URLSearchParams, header: string | undefined): string | null {
    const { registered } = options;
    if (registered === undefined) return body.get('client_id');
    const proof = Buffer.from(`${registered.id}:${registered.secret}`).toString('base64');
    return header === `Basic ${proof}` ? registered.id : null;
  }

  const isClient = (client: string): boolean => clients.has(client) || client === options.registered?.id;

  async function token(body: URLSearchParams, header: string | undefined, response: ServerResponse): Promise<void> {
    const client = text(clientOf(body, header));
    if (!isClient(client)) return fails(response, 'invalid_client', body);
    if (body.get('resource') !== mcp.url) return fails(response, 'invalid_target', body);
    if (body.get('grant_type') === 'authorization_code') {
      const name = text(body.get('code'));
      const code = codes.get(name);
      codes.delete(name);
      const verifier = text(body.get('code_verifier'));
      given.push(verifier);
      const proof = createHash('sha256').update(verifier).digest('base64url');
      if (code?.client !== client || code.redirect !== body.get('redirect_uri') || code.challenge !== proof)
        return fails(response, 'invalid_grant', body);
      const family = randomBytes(8).toString('hex');
      families.add(family);
      return tokens(response, client, family, code.scope);
    }
    const name = text(body.get('refresh_token'));
    const refresh = refreshes.get(name);
    if (refresh?.client !== client || !families.has(refresh.family)) {
      if (refresh !== undefined) families.delete(refresh.family);
      return fails(response, 'invalid_grant', body);
    }
    // Used up: whoever comes with it again is a thief, or was robbed.
    refreshes.set(name, { ...refresh, client: '' });
    return tokens(response, client, refresh.family, refresh.scope);
  }

  function authorize(query: URLSearchParams, response: ServerResponse): void {
    const redirect = text(query.get('redirect_uri'));
    const client = text(query.get('client_id'));
    const challenge = text(query.get('code_challenge'));
    const isWhole =
      (clients.get(client)?.includes(redirect) === true ||
        (client === options.registered?.id && redirect === options.registered.redirect())) &&
      query.get('response_type') === 'code' &&
      query.get('code_challenge_method') === 'S256' &&
      challenge.length === 43 &&
      query.get('resource') === mcp.url &&
      text(query.get('state')).length >= 22;
    if (!isWhole) {
      fails(response, 'invalid_request', query);
      return;
    }
    const code = fresh('code');
    codes.set(code, { client, redirect, challenge, scope: query.get('scope') ?? '' });
    const to = new URL(redirect);
    const back = { code, state: text(query.get('state')), iss: issuer, ...options.back };
    for (const [name, value] of Object.entries(back)) if (value !== null) to.searchParams.set(name, value);
    response.writeHead(302, { location: to.href }).end();
  }

  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${tokensAt}/token`,
    ...(options.registered === undefined && { registration_endpoint: `${issuer}/register` }),
    revocation_endpoint: `${tokensAt}/revoke`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: [options.registered === undefined ? 'none' : 'client_secret_basic'],
    authorization_response_iss_parameter_supported: true,
    ...options.metadata,
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await buffer(request)).toString('utf8');
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer);
    seen.push({ path: pathname, headers: request.headers, body });
    const form = new URLSearchParams(body);
    if (instead?.(pathname, form, response) === true) return;
    switch (`${request.method} ${pathname}`) {
      case 'GET /.well-known/oauth-authorization-server':
        return json(response, 200, metadata());
      case 'GET /authorize':
        return authorize(searchParams, response);
      case 'POST /register': {
        const asked = JSON.parse(body) as { redirect_uris: readonly string[] };
        const id = `client-${randomBytes(6).toString('hex')}`;
        clients.set(id, asked.redirect_uris);
        return json(response, 201, { ...asked, client_id: id, client_id_issued_at: 1 });
      }
      case 'POST /token':
        return token(form, request.headers.authorization, response);
      case 'POST /revoke': {
        const refresh = refreshes.get(text(form.get('token')));
        if (refresh !== undefined) families.delete(refresh.family);
        return void response.writeHead(200).end();
      }
      default:
        return json(response, 404, { error: 'not_found' });
    }
  }

  async function isGood(header: string | undefined): Promise<string | null> {
    try {
      const { payload } = await jwtVerify(text(header ?? null).replace(/^Bearer /, ''), key, {
        issuer,
        audience: mcp.url,
      });
      const holds = payload.generation === generation && families.has(String(payload.family));
      return holds ? String(payload.scope) : null;
    } catch {
      return null;
    }
  }

  const wantedBy = (body: string): string | undefined => {
    const name = /"method":"tools\/call"/.test(body) ? /"name":"([^"]+)"/.exec(body)?.[1] : undefined;
    return name === undefined ? undefined : options.needs?.[name];
  };
  const protectedAt = '/.well-known/oauth-protected-resource/mcp';
  const challenge = (): string =>
    `Bearer resource_metadata="http://127.0.0.1:${mcp.port}${protectedAt}", scope="notes:read"`;

  const mcp = await startMcpHttpServer({
    async guard(request, response, body) {
      if (request.url === protectedAt) {
        const about = { resource: mcp.url, authorization_servers: [issuer], scopes_supported: SUPPORTED.split(' ') };
        json(response, 200, { ...about, ...options.resource });
        return true;
      }
      const scope = await isGood(request.headers.authorization);
      if (scope === null) {
        response.writeHead(401, { 'www-authenticate': challenge() }).end();
        return true;
      }
      const wanted = wantedBy(body);
      if (wanted === undefined || scope.split(' ').includes(wanted)) return false;
      const says = `Bearer error="insufficient_scope", scope="${wanted}"`;
      response.writeHead(403, { 'www-authenticate': says }).end();
      return true;
    },
  });
  const listen = async () => {
    const server = createServer((request, response) => {
      void answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };
  const first = await listen();
  const second = options.elsewhere === true ? await listen() : first;
  issuer = first.origin;
  tokensAt = second.origin;
  return {
    issuer,
    tokens: tokensAt,
    mcp,
    seen,
    given,
    endAccess: () => {
      generation += 1;
    },
    revokeAll: () => families.clear(),
    [Symbol.asyncDispose]: async () => {
      for (const { server } of new Set([first, second])) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      await mcp[Symbol.asyncDispose]();
    },
  };
}

/** What a person's browser does with the address it was given: the authorization server sends it on. @returns where to. */
export async function browse(open: string): Promise<string> {
  const answer = await fetch(open, { redirect: 'manual' });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`nobody was sent back: ${answer.status} ${await answer.text()}`);
  return location;
}
