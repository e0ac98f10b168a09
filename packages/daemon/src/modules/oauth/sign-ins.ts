// Signing in to servers (M6). INVARIANT: a sign-in begins with a person who may change modules and ends with their browser,
// at the authorization server it began at; no server and no agent can begin one, widen one or learn its tokens.
import { type Actor, actorName, type McpHttp, type ModuleSignIn, permits } from '@castellan/contract';
import {
  authorizationOf,
  codeText,
  exchangeCode,
  findSignIn,
  hostsOf,
  isPrivateWay,
  registerClient,
  revokeToken,
  type ServerSignIn,
  type SignInAnswer,
  type SignInClient,
  type SignInFetch,
  type SignInServer,
} from '@castellan/gateway';
import { type Answer, done, fault } from '../fault.ts';
import type { Returned, SignInChange, SignInState, SignIns } from '../sign-ins.ts';
import { CALLBACK, type OAuthHost, placeOf, redirectOf, vaultFault, wayTo } from './host.ts';
import { grantedTo, type Kept, keptOf, ownedOf, secretNameOf } from './kept.ts';
import { type Begun, Pending } from './pending.ts';
import { Tokens } from './tokens.ts';

const MOST_SCOPES = 100;
const MAX_CODE = 4096;
const SELF = `GET ${CALLBACK}`;

/** Sign-ins of this daemon, over its vault. */
export const openSignIns = (host: OAuthHost): SignIns => new OAuthSignIns(host);

class OAuthSignIns implements SignIns {
  readonly #host: OAuthHost;
  readonly #tokens: Tokens;
  readonly #pending: Pending;
  readonly #listeners = new Set<(change: SignInChange, module: string) => void>();

  constructor(host: OAuthHost) {
    this.#host = host;
    this.#tokens = new Tokens(host, (module) => this.#tell('needed', module));
    this.#pending = new Pending(host.parts.clock);
  }

  provider(module: string, start: McpHttp): ServerSignIn | undefined {
    if (start.oauth === 'off' || !isPrivateWay(new URL(start.url))) return undefined;
    const tokens = this.#tokens;
    let sent: string | undefined;
    return {
      async token() {
        sent = await tokens.current(module, start);
        return sent;
      },
      refused: (challenge) => tokens.refused(module, start, sent, challenge),
      why: () => tokens.why(module, start),
      wants: (scope) => tokens.wants(module, scope),
    };
  }

  state(module: string, start: McpHttp): SignInState | null {
    const { oauth } = start;
    const kept = oauth === 'off' ? null : this.#tokens.kept(module, start);
    const note = this.#tokens.noted(module);
    if (oauth === 'off' || (kept === null && note === null)) return null;
    const wants = note?.wants ?? null;
    const why = kept?.tokens != null && note?.ended == null ? null : this.#tokens.why(module, start);
    const more = wants === null ? null : `it wants more than you allowed when you signed in: ${wants}`;
    return {
      view: {
        needed: why !== null || more !== null,
        since: kept?.tokens == null ? null : kept.since,
        scopes: scopesOf(kept?.scope ?? null, wants),
      },
      why: why ?? more,
    };
  }

  ended(): readonly string[] {
    return this.#tokens.ended();
  }

  async begin(module: string, start: McpHttp, actor: Actor): Promise<Answer<ModuleSignIn>> {
    const { url } = start;
    if (start.oauth === 'off')
      return fault('conflict', `\`${module}\` is never signed in to`, 'remove `oauth: off` from its manifest');
    if (!isPrivateWay(new URL(url)))
      return fault('bad', `\`${module}\` is not reached by https`, 'a token would be read on the way: use https');
    const locked = vaultFault(this.#host.parts);
    if (locked !== null) return fault('conflict', `${locked.why}, so no token can be kept`, locked.hint);
    const state = this.state(module, start);
    if (state !== null && !state.view.needed) return done({ open: null, hosts: null, client: null });
    using way = wayTo(this.#host, start);
    const { fetch } = way;
    const found = await this.#find(module, start, fetch);
    if (!found.ok) return asFault(module, found);
    const { server, resource } = found.value;
    const note = this.#tokens.noted(module);
    const kept = this.#tokens.kept(module, start);
    // Only what a person sees beforehand in the view of the module, and then at the authorization server.
    const scope =
      scopesOf(found.value.scope, note?.wants == null ? null : joined(kept?.scope, note.wants)).join(' ') || null;
    const redirect = redirectOf(this.#host, module, server.issuer);
    const isKnown = kept?.server.issuer === server.issuer && kept.client.redirect === redirect;
    const client =
      start.clientId !== undefined
        ? await this.#registered(module, start, start.clientId, server, redirect)
        : isKnown
          ? ({ ok: true, value: kept.client } as const)
          : await registerClient(server, redirect, scope, fetch);
    if (!client.ok) return asFault(module, client);
    const drawn = this.#pending.newState();
    const about = { server, client: client.value, resource };
    const opened = await authorizationOf(about, drawn, scope);
    if (!opened.ok) return asFault(module, opened);
    const { open, verifier } = opened.value;
    this.#pending.keep(drawn, { ...about, module, start, scope, verifier, actor });
    return done({
      open,
      hosts: hostsOf(server, new URL(url)),
      client: start.clientId === undefined ? null : { id: start.clientId, redirect },
    });
  }

  async foreseen(module: string, start: McpHttp): Promise<readonly string[]> {
    if (start.oauth === 'off' || !isPrivateWay(new URL(start.url))) return [];
    using way = wayTo(this.#host, start);
    const found = await this.#find(module, start, way.fetch);
    if (!found.ok) return [found.why];
    const { server } = found.value;
    const { browser, code } = hostsOf(server, new URL(start.url));
    const redirect = redirectOf(this.#host, module, server.issuer);
    return [
      browser === code ? `you sign in at ${browser}` : `you sign in at ${browser}, and the code goes to ${code}`,
      ...(start.clientId === undefined
        ? []
        : [`the client \`${start.clientId}\` must have this redirect address registered there: ${redirect}`]),
    ];
  }

  async returned(place: string, query: URLSearchParams): Promise<Returned> {
    const one = (name: string): string | null => (query.getAll(name).length === 1 ? query.get(name) : null);
    const begun = this.#pending.take(one('state') ?? '');
    if (begun === null) {
      this.#host.refusals.note('nobody', SELF, 'its state is of no sign-in that waits');
      return { kind: 'unknown' };
    }
    const by = actorName(begun.actor);
    const why = await this.#finish(
      begun,
      { place, code: one('code'), error: query.get('error'), issuer: one('iss') },
      by,
    );
    if (why === null) return { kind: 'signed-in' };
    await this.#record(begun.module, 'refused', by, `the sign-in failed: ${why}`);
    return { kind: 'failed', why };
  }

  async signOut(module: string, by: string): Promise<Answer<null>> {
    const locked = vaultFault(this.#host.parts);
    if (locked !== null) return fault('conflict', `${locked.why}, so nothing can be forgotten`, locked.hint);
    this.#pending.forget(module);
    const { vault } = this.#host.parts;
    const owned = vault.list().find(({ owner }) => owner === module);
    const kept = owned === undefined ? null : this.#anyKept(module);
    if (owned !== undefined) {
      // Gone here first: whatever the authorization server says, nothing is sent with it any more.
      const removed = await vault.remove(owned.name, by);
      if (!removed.ok) return fault('failed', removed.message, removed.hint);
    }
    this.#tokens.forget(module);
    const revoked = kept === null ? false : await this.#revoke(kept);
    const text = revoked ? 'its tokens are revoked and forgotten' : 'its tokens are forgotten';
    if (owned !== undefined) await this.#record(module, 'signed-out', by, text);
    this.#tell('by-person', module);
    return done(null);
  }

  async forget(module: string, by: string): Promise<void> {
    await this.signOut(module, by);
  }

  subscribe(listener: (change: SignInChange, module: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #find(module: string, { url, scopes, signInHosts }: McpHttp, fetch: SignInFetch['fetch']) {
    const challenge = this.#tokens.noted(module)?.challenge ?? null;
    return findSignIn({ url: new URL(url), fetch, challenge, scopes, hosts: signInHosts });
  }

  /** A client that a person registered. Its secret is given out towards the host that gives tokens, as its owner said. */
  async #registered(
    module: string,
    { clientSecret }: McpHttp,
    id: string,
    server: SignInServer,
    redirect: string,
  ): Promise<SignInAnswer<SignInClient>> {
    if (clientSecret === undefined) return { ok: true, value: { id, secret: null, redirect } };
    const name = clientSecret.slice('${secret:'.length, -1);
    const { host } = new URL(server.tokenEndpoint);
    const answer = await this.#host.parts.vault.useSecret({ name, by: { kind: 'module', name: module }, host });
    return answer.ok
      ? { ok: true, value: { id, secret: answer.value, redirect } }
      : { ok: false, kind: 'unusable', why: answer.message, hint: answer.hint };
  }

  /** @returns why it failed; null: it is done. */
  async #finish(begun: Begun, said: Said, by: string): Promise<string | null> {
    const { server, module, start, client, resource, scope, verifier } = begun;
    const { url } = start;
    // A browser of ours is sent back by the server that was asked, or by nobody (RFC 9207).
    if (said.place !== placeOf(module, server.issuer)) return 'another authorization server sent the browser back';
    if (said.issuer === null ? server.saysIssuer : said.issuer !== server.issuer)
      return 'another authorization server sent the browser back';
    const actor = this.#host.now(begun.actor);
    if (actor === null || !permits(actor, 'modules:write')) return 'whoever began it may not do that any more';
    if (said.error !== null) return `the authorization server says ${codeText(said.error)}`;
    if (said.code === null || said.code.length > MAX_CODE) return 'the browser brought no code';
    using way = wayTo(this.#host, start);
    const code = { code: said.code, verifier, issuer: said.issuer };
    const answer = await exchangeCode({ server, client, resource, fetch: way.fetch }, code);
    if (!answer.ok) return answer.why;
    const { clock, vault } = this.#host.parts;
    const now = clock.now();
    const about = { module, url, resource, server, client, scope, since: now, expiresAt: null, tokens: null };
    const kept = grantedTo(about, answer.value, now);
    if (!(await this.#record(module, 'signed-in', by, `${server.issuer}; ${kept.scope ?? 'no scopes'}`)))
      return 'it could not be recorded';
    const written = await vault.keepOwned(secretNameOf(module), module, ownedOf(kept), by);
    if (!written.ok) return `its token could not be kept: ${written.message}`;
    this.#tokens.forget(module);
    this.#tell('by-person', module);
    return null;
  }

  /** Whatever its address is by now. */
  #anyKept(module: string): Kept | null {
    const owned = this.#host.parts.vault.owned(module);
    const url = owned?.about.url;
    return typeof url === 'string' ? keptOf(owned, module, url) : null;
  }

  async #revoke({ tokens, server, client, url }: Kept): Promise<boolean> {
    if (tokens === null || server.revocationEndpoint === null) return false;
    using way = wayTo(this.#host, { url });
    const parties = { server, client, fetch: way.fetch };
    const refresh = tokens.refresh === null || (await revokeToken(parties, tokens.refresh, 'refresh_token'));
    return (await revokeToken(parties, tokens.access, 'access_token')) && refresh;
  }

  async #record(
    module: string,
    change: 'signed-in' | 'signed-out' | 'refused',
    by: string,
    text: string,
  ): Promise<boolean> {
    const { clock, records } = this.#host.parts;
    try {
      await records.record({ kind: 'module', at: clock.now(), module, change, by, text: text.slice(0, 2000) });
      return true;
    } catch {
      return false;
    }
  }

  #tell(change: SignInChange, module: string): void {
    for (const listener of this.#listeners) listener(change, module);
  }
}

const asFault = (module: string, { why, hint }: { readonly why: string; readonly hint?: string }) =>
  fault('failed', `\`${module}\`: ${why}`, hint ?? 'ask whoever runs the server');

interface Said {
  /** Where the browser came back to. */
  readonly place: string;
  readonly code: string | null;
  readonly error: string | null;
  readonly issuer: string | null;
}

const joined = (...scopes: readonly (string | null | undefined)[]): string =>
  scopes.filter((each) => each != null).join(' ');

const scopesOf = (...scopes: readonly (string | null)[]): string[] =>
  [...new Set(joined(...scopes).split(/\s+/))].filter((each) => each !== '').slice(0, MOST_SCOPES);
