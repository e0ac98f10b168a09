// The steps of a sign-in, each by the SDK's own function for it and never by its orchestration: that one tries a code twice,
// registers anew after an error and prints what a server answered. INVARIANT: one request a step, to the server it began at.
import type { AuthorizationServerMetadata } from '@modelcontextprotocol/client';
import { faultOf, unusable } from './faults.ts';
import type { Granted, SignInAnswer, SignInClient, SignInFetchFn, SignInServer } from './types.ts';

export interface Parties {
  readonly server: SignInServer;
  readonly client: SignInClient;
  readonly resource: string;
  readonly fetch: SignInFetchFn;
}

const metadataOf = (server: SignInServer): AuthorizationServerMetadata =>
  ({
    issuer: server.issuer,
    authorization_endpoint: server.authorizationEndpoint,
    token_endpoint: server.tokenEndpoint,
    ...(server.registrationEndpoint !== null && { registration_endpoint: server.registrationEndpoint }),
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: [...server.authMethods],
    ...(server.saysIssuer && { authorization_response_iss_parameter_supported: true }),
  }) as AuthorizationServerMetadata;

const informationOf = ({ id, secret }: SignInClient) => ({
  client_id: id,
  ...(secret !== null && { client_secret: secret }),
});

/** Makes us known to an authorization server (RFC 7591). */
export async function registerClient(
  server: SignInServer,
  redirect: string,
  scope: string | null,
  fetch: SignInFetchFn,
): Promise<SignInAnswer<SignInClient>> {
  if (server.registrationEndpoint === null)
    return unusable('its authorization server registers nobody: register a client there, and name it as `clientId`');
  const sdk = await import('@modelcontextprotocol/client');
  const { authMethods } = server;
  // Nothing to keep where a server asks for nothing.
  const method = authMethods.length === 0 || authMethods.includes('none') ? 'none' : 'client_secret_basic';
  try {
    const made = await sdk.registerClient(server.issuer, {
      metadata: metadataOf(server),
      clientMetadata: {
        client_name: 'Castellan',
        redirect_uris: [redirect],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: method,
        application_type: 'native',
      },
      ...(scope !== null && { scope }),
      fetchFn: fetch,
    });
    return { ok: true, value: { id: made.client_id, secret: made.client_secret ?? null, redirect } };
  } catch (error) {
    return faultOf(error);
  }
}

/** Where a person's browser goes, and what proves afterwards that it was us who sent it there. */
export async function authorizationOf(
  { server, client, resource }: Omit<Parties, 'fetch'>,
  state: string,
  scope: string | null,
): Promise<SignInAnswer<{ readonly open: string; readonly verifier: string }>> {
  const sdk = await import('@modelcontextprotocol/client');
  try {
    const { authorizationUrl, codeVerifier } = await sdk.startAuthorization(server.issuer, {
      metadata: metadataOf(server),
      clientInformation: informationOf(client),
      redirectUrl: client.redirect,
      state,
      resource,
      ...(scope !== null && { scope }),
    });
    return { ok: true, value: { open: authorizationUrl.href, verifier: codeVerifier } };
  } catch (error) {
    return faultOf(error);
  }
}

/** A code for tokens. @param issuer who the browser says it comes from: another than was asked gets no code of ours. */
export async function exchangeCode(
  { server, client, resource, fetch }: Parties,
  { code, verifier, issuer }: { readonly code: string; readonly verifier: string; readonly issuer: string | null },
): Promise<SignInAnswer<Granted>> {
  const sdk = await import('@modelcontextprotocol/client');
  return granted(() =>
    sdk.exchangeAuthorization(server.issuer, {
      metadata: metadataOf(server),
      clientInformation: informationOf(client),
      authorizationCode: code,
      codeVerifier: verifier,
      redirectUri: client.redirect,
      resource,
      fetchFn: fetch,
      ...(issuer !== null && { iss: issuer }),
    }),
  );
}

/** Tokens for tokens. Who takes part was fixed when the person signed in: nothing is looked up anew. */
export async function refreshTokens(
  { server, client, resource, fetch }: Parties,
  refresh: string,
): Promise<SignInAnswer<Granted>> {
  const sdk = await import('@modelcontextprotocol/client');
  return granted(() =>
    sdk.refreshAuthorization(server.issuer, {
      metadata: metadataOf(server),
      clientInformation: informationOf(client),
      refreshToken: refresh,
      resource,
      fetchFn: fetch,
    }),
  );
}

type Tokens = Awaited<ReturnType<typeof import('@modelcontextprotocol/client').exchangeAuthorization>>;

async function granted(ask: () => Promise<Tokens>): Promise<SignInAnswer<Granted>> {
  try {
    const { access_token, refresh_token, expires_in, scope, token_type } = await ask();
    if (token_type.toLowerCase() !== 'bearer') return unusable('it gives tokens of a kind that MCP does not have');
    return {
      ok: true,
      value: {
        access: access_token,
        refresh: refresh_token ?? null,
        expiresIn: expires_in === undefined || !Number.isFinite(expires_in) ? null : Math.max(0, expires_in),
        scope: scope ?? null,
      },
    };
  } catch (error) {
    return faultOf(error);
  }
}

/** Takes a token back (RFC 7009). @returns whether the authorization server says so. */
export async function revokeToken(
  { server, client, fetch: send }: Omit<Parties, 'resource'>,
  token: string,
  hint: 'access_token' | 'refresh_token',
): Promise<boolean> {
  if (server.revocationEndpoint === null) return false;
  const sdk = await import('@modelcontextprotocol/client');
  const body = new URLSearchParams({ token, token_type_hint: hint });
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  const method = sdk.selectClientAuthMethod(informationOf(client), [...server.authMethods]);
  if (method === 'client_secret_basic' && client.secret !== null) {
    const pair = `${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  } else {
    body.set('client_id', client.id);
    if (client.secret !== null) body.set('client_secret', client.secret);
  }
  try {
    return (await send(server.revocationEndpoint, { method: 'POST', headers, body })).ok;
  } catch {
    return false;
  }
}
