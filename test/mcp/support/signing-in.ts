// A client that signs in to the suite's server: a bare one of the SDK, and a person who signs in to it behind the gateway. Both do
// what the person's browser does. RULE: nothing here decides what may come of a sign-in; each asks for what it is told it needs.
import type { ModulePlan, ModuleSignIn, ModuleView } from '@castellan/contract';
import { browse } from '@castellan/testkit';
import {
  Client,
  type OAuthClientProvider,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { comeBack } from '../../e2e/support/server-sign-in.ts';
import type { World } from '../../e2e/support/world.ts';
import { httpStart } from './behind.ts';
import type { Task } from './control.ts';

const CALLBACK = 'http://127.0.0.1:9/callback';
/** Of a person who is asked again and again: nobody signs in more often for one call. */
const MOST = 3;

export const newClient = (): Client =>
  new Client({ name: 'test-client', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });

/** Everything for one issuer after the other, as the SDK wants it. */
class Provider implements OAuthClientProvider {
  readonly redirectUrl = CALLBACK;
  readonly clientMetadata = {
    client_name: 'test-client',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    application_type: 'native',
  };
  readonly clientMetadataUrl = 'https://conformance-test.local/client-metadata.json';
  /** Where the browser was sent. */
  open: URL | null = null;
  readonly #clients = new Map<string, StoredOAuthClientInformation>();
  readonly #given: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = '';

  constructor({ context: { client_id: id, client_secret: secret } }: Task) {
    this.#given =
      id === undefined ? undefined : { client_id: id, ...(secret !== undefined && { client_secret: secret }) };
  }

  clientInformation(about?: { readonly issuer: string }): StoredOAuthClientInformation | undefined {
    return this.#given ?? this.#clients.get(about?.issuer ?? '');
  }
  saveClientInformation(client: StoredOAuthClientInformation, about?: { readonly issuer: string }): void {
    this.#clients.set(about?.issuer ?? '', client);
  }
  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }
  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }
  redirectToAuthorization(open: URL): void {
    this.open = open;
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
  codeVerifier(): string {
    return this.#verifier;
  }
}

/** A bare client of the SDK, that signs in whenever it is told to. */
export async function signInDirectly(task: Task): Promise<void> {
  const provider = new Provider(task);
  let signedIn = 0;
  const attempt = async <T>(act: (transport: StreamableHTTPClientTransport) => Promise<T>): Promise<T> => {
    for (;;) {
      const transport = new StreamableHTTPClientTransport(new URL(task.url), { authProvider: provider });
      try {
        return await act(transport);
      } catch (error) {
        const { open } = provider;
        if (!(error instanceof UnauthorizedError) || open === null || signedIn === MOST) throw error;
        provider.open = null;
        signedIn += 1;
        await transport.finishAuth(new URL(await browse(open.href)).searchParams);
      }
    }
  };
  await attempt(async (transport) => {
    const client = newClient();
    await client.connect(transport);
    try {
      await client.listTools();
      await client.callTool({ name: 'test-tool', arguments: {} });
    } finally {
      await client.close();
    }
  });
}

/** A person signs in to a module by their browser. */
async function signIn(it: World, name: string): Promise<void> {
  const answer = await it.daemon.request('POST', `/v1/modules/${name}/sign-in`, { body: {} });
  if (answer.status !== 200) throw new Error(`no sign-in: ${answer.text}`);
  const { open } = answer.json() as ModuleSignIn;
  if (open === null) return;
  const back = await comeBack(it, await browse(open));
  if (back.status !== 200) throw new Error(`the sign-in failed: ${back.text}`);
}

/** Plans the suite's server, signs in as often as it wants it, and adds it: its one tool is safe. */
export async function addSignedIn(it: World, name: string, { url, context }: Task): Promise<void> {
  const { client_id: clientId, client_secret: value } = context;
  if (value !== undefined) {
    // At which host it may be used is what whoever registered the client knows.
    const { issuer } = await whereToSignIn(url);
    const uses = [{ kind: 'host', name: new URL(issuer).host }];
    const kept = await it.daemon.request('POST', '/v1/secrets', { body: { name, value, uses } });
    if (kept.status !== 200) throw new Error(`no secret: ${kept.text}`);
  }
  const registered = { clientId, ...(value !== undefined && { clientSecret: `\${secret:${name}}` }) };
  const start = { ...httpStart(url), oauth: 'auto', ...(clientId !== undefined && registered) };
  for (let signedIn = 0; ; signedIn += 1) {
    const planned = await it.daemon.request('POST', '/v1/modules/plan', { body: { name, start, look: true } });
    if (planned.status !== 200) throw new Error(`no plan: ${planned.text}`);
    const { id, needsSignIn } = planned.json() as ModulePlan;
    if (needsSignIn) {
      if (signedIn === MOST) throw new Error('it wants a sign-in again and again');
      await signIn(it, name);
      continue;
    }
    const added = await it.daemon.request('POST', '/v1/modules', { body: { plan: id, safe: ['test-tool'] } });
    if (added.status !== 200) throw new Error(`not added: ${added.text}`);
    return;
  }
}

async function whereToSignIn(url: string): Promise<{ readonly issuer: string }> {
  const about = await fetch(new URL('/.well-known/oauth-protected-resource/mcp', url));
  const { authorization_servers: [issuer = ''] = [] } = (await about.json()) as { authorization_servers?: string[] };
  return { issuer };
}

const needsSignIn = async ({ daemon }: World, name: string): Promise<boolean> =>
  ((await daemon.request('GET', `/v1/modules/${name}`)).json() as ModuleView).signIn?.needed === true;

/** Calls the suite's tool as often as signing in again may help. */
export async function callSigningIn(
  it: World,
  name: string,
  call: () => Promise<{ isError?: boolean | undefined }>,
): Promise<void> {
  for (let signedIn = 0; ; signedIn += 1) {
    const { isError } = await call();
    if (isError !== true) return;
    if (signedIn === MOST || !(await needsSignIn(it, name))) throw new Error('the call was refused');
    await signIn(it, name);
  }
}
