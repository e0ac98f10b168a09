// Where a server wants to be signed in to, by the SDK (RFC 9728, RFC 8414). INVARIANT: every address that was found is
// private on its way; the resource is the server itself, whatever its metadata would like it to be.
import { isPrivateWay } from '../upstream/sign-in-fetch.ts';
import { faultOf, unusable } from './faults.ts';
import { strangerOf } from './hosts.ts';
import type { SignInAnswer, SignInChallenge, SignInFetchFn, SignInServer } from './types.ts';

/** What was found: who gives tokens, for what, and which scopes the server has use for. */
export interface FoundSignIn {
  readonly server: SignInServer;
  readonly resource: string;
  readonly scope: string | null;
}

export interface FindOptions {
  /** Address of the module's server. */
  readonly url: URL;
  readonly fetch: SignInFetchFn;
  /** What it said when it last refused us. */
  readonly challenge: SignInChallenge | null;
  /** Of its manifest: these and no others. */
  readonly scopes: readonly string[];
  /** Of its manifest: where it may lead, as a person named it. */
  readonly hosts: readonly string[] | undefined;
}

/** What a refusal says of the sign-in that it wants. */
export async function challengeOf(answer: Response): Promise<SignInChallenge> {
  const { extractWWWAuthenticateParams } = await import('@modelcontextprotocol/client');
  const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(answer);
  return { metadataUrl: resourceMetadataUrl ?? null, scope: scope ?? null };
}

/** Asks the server without a credential: its refusal says where to sign in. */
async function asked(url: URL, send: SignInFetchFn): Promise<SignInChallenge | null> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  const headers = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
  try {
    const answer = await send(url, { method: 'POST', headers, body });
    return answer.status === 401 ? await challengeOf(answer) : null;
  } catch {
    return null;
  }
}

export async function findSignIn(options: FindOptions): Promise<SignInAnswer<FoundSignIn>> {
  const { url, fetch, challenge, scopes, hosts } = options;
  const sdk = await import('@modelcontextprotocol/client');
  try {
    const said = challenge ?? (await asked(url, fetch));
    const { authorizationServerMetadata: metadata, resourceMetadata } = await sdk.discoverOAuthServerInfo(url, {
      fetchFn: fetch,
      ...(said?.metadataUrl != null && { resourceMetadataUrl: said.metadataUrl }),
    });
    if (metadata === undefined) return unusable('it does not say where to sign in');
    if (metadata.code_challenge_methods_supported?.includes('S256') !== true)
      return unusable('its authorization server does not say that it protects the code (PKCE, S256)');
    const own = sdk.resourceUrlFromServerUrl(url);
    const configured = resourceMetadata?.resource;
    if (
      configured !== undefined &&
      !sdk.checkResourceAllowed({ requestedResource: own, configuredResource: configured })
    )
      return unusable('it says that it is another server than it was reached at');
    const server = {
      issuer: metadata.issuer,
      authorizationEndpoint: metadata.authorization_endpoint,
      tokenEndpoint: metadata.token_endpoint,
      registrationEndpoint: metadata.registration_endpoint ?? null,
      revocationEndpoint: endpointOf(metadata, 'revocation_endpoint'),
      authMethods: metadata.token_endpoint_auth_methods_supported ?? [],
      saysIssuer: Object.entries(metadata).some(
        ([name, value]) => name === 'authorization_response_iss_parameter_supported' && value === true,
      ),
    };
    const open = notPrivate(server);
    if (open !== null) return unusable(`\`${open}\` of its authorization server is not reached by https`);
    const stranger = strangerOf(server, hosts);
    if (stranger !== null) return strange(new URL(server.issuer).host, stranger, hosts !== undefined);
    const wanted =
      scopes.length > 0 ? scopes.join(' ') : (said?.scope ?? resourceMetadata?.scopes_supported?.join(' '));
    // Without it some give tokens that end and cannot be renewed.
    const lasting = metadata.scopes_supported?.includes('offline_access') === true ? 'offline_access' : undefined;
    const scope = wanted === undefined ? undefined : sdk.computeScopeUnion(wanted, lasting);
    return { ok: true, value: { server, resource: configured ?? own.href, scope: scope ?? null } };
  } catch (error) {
    return faultOf(error);
  }
}

/** INVARIANT: the hint names no host: which are meant is what the person knows, not what the server says. */
const strange = (issuer: string, host: string, named: boolean): SignInAnswer<never> =>
  named
    ? unusable(
        `its authorization server is ${issuer} and sends us to ${host}, which is not among the hosts that were named for its sign-in`,
        'go on only where you know every host: `signInHosts` of its manifest names them',
      )
    : unusable(
        `its authorization server is ${issuer} and sends us to ${host}, which may be somebody else's`,
        'if you know that both are where your account is, name every host: `castellan modules add … --sign-in-host HOST`',
      );

function endpointOf(metadata: object, name: string): string | null {
  const value = Object.entries(metadata).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : null;
}

function notPrivate(server: SignInServer): string | null {
  const named = Object.entries({
    issuer: server.issuer,
    authorization_endpoint: server.authorizationEndpoint,
    token_endpoint: server.tokenEndpoint,
    registration_endpoint: server.registrationEndpoint,
    revocation_endpoint: server.revocationEndpoint,
  });
  const open = named.find(([, url]) => url !== null && !(URL.canParse(url) && isPrivateWay(new URL(url))));
  return open?.[0] ?? null;
}
