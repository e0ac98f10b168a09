// The tokens of the moment: read from the vault at each use, renewed before they end or when they were refused. INVARIANT: of
// many who need a new token one asks for it; a refresh token that was replaced is written over before the new one is used.
import type { McpHttp } from '@castellan/contract';
import { refreshTokens, type SignInChallenge, strangerOf } from '@castellan/gateway';
import { type OAuthHost, vaultFault, wayTo } from './host.ts';
import { grantedTo, type Kept, keptOf, ownedOf, secretNameOf } from './kept.ts';

/** What a server said since the daemon started. Its words: bounded, and believed in nothing but what to ask a person for. */
interface Note {
  challenge: SignInChallenge | null;
  /** Scopes it wants beyond those we have. */
  wants: string | null;
  /** Why the sign-in has ended though nobody signed out. */
  ended: string | null;
  /** Why there was no new token last time. */
  why: string | null;
  renewedAt: number;
}

/** Of a manifest: the server, and the hosts of its sign-in. */
type Where = Pick<McpHttp, 'url' | 'signInHosts'>;

/** Time for a request to arrive while its token still holds. */
const EARLY_MS = 60_000;
/** A server that refuses every token makes us ask for no more than this many. */
const BETWEEN_MS = 10_000;
const MAX_SCOPE = 2000;

export class Tokens {
  readonly #host: OAuthHost;
  readonly #changed: (module: string) => void;
  readonly #notes = new Map<string, Note>();
  readonly #renewing = new Map<string, Promise<boolean>>();

  constructor(host: OAuthHost, changed: (module: string) => void) {
    this.#host = host;
    this.#changed = changed;
  }

  /** Null as well where it is of hosts that a person does not name any more. */
  kept(module: string, { url, signInHosts }: Where): Kept | null {
    const kept = keptOf(this.#host.parts.vault.owned(module), module, url);
    return kept === null || strangerOf(kept.server, signInHosts) !== null ? null : kept;
  }

  note(module: string): Note {
    const note = this.#notes.get(module) ?? { challenge: null, wants: null, ended: null, why: null, renewedAt: 0 };
    this.#notes.set(module, note);
    return note;
  }

  /** What is known without making a note of it. */
  noted(module: string): Readonly<Note> | null {
    return this.#notes.get(module) ?? null;
  }

  forget(module: string): void {
    this.#notes.delete(module);
  }

  ended(): readonly string[] {
    return [...this.#notes].flatMap(([module, { ended }]) => (ended === null ? [] : [module]));
  }

  /** The token to send now. */
  async current(module: string, where: Where): Promise<string | undefined> {
    const kept = this.kept(module, where);
    if (kept?.tokens == null) return undefined;
    const { expiresAt } = kept;
    const now = this.#host.parts.clock.now();
    if (expiresAt === null || expiresAt - now > EARLY_MS || !this.#mayRenew(module)) return kept.tokens.access;
    await this.#renew(module, where);
    return this.kept(module, where)?.tokens?.access;
  }

  /** @param sent what the server did not take. @returns whether there is another one. */
  async refused(module: string, where: Where, sent: string | undefined, said: SignInChallenge): Promise<boolean> {
    const note = this.note(module);
    note.challenge = { metadataUrl: said.metadataUrl, scope: said.scope?.slice(0, MAX_SCOPE) ?? null };
    const kept = this.kept(module, where);
    if (kept?.tokens == null) return false;
    // Another use has renewed it meanwhile.
    if (kept.tokens.access !== sent) return true;
    if (kept.tokens.refresh === null) {
      await this.#end(kept, 'its token has ended, and there is none to renew it with');
      return false;
    }
    if (!this.#renewing.has(module) && !this.#mayRenew(module)) {
      note.why = 'it does not take the token that was given for it a moment ago';
      return false;
    }
    return this.#renew(module, where);
  }

  wants(module: string, scope: string | null): void {
    const note = this.note(module);
    note.wants = scope?.slice(0, MAX_SCOPE) ?? '';
    this.#changed(module);
  }

  /** One line: why it has no token that the server takes. */
  why(module: string, where: Where): string {
    const locked = vaultFault(this.#host.parts);
    if (locked !== null) return `it wants to be signed in to, and ${locked.why}: ${locked.hint}`;
    const note = this.noted(module);
    const kept = this.kept(module, where);
    if (note?.ended != null) return `its sign-in has ended: ${note.ended}`;
    if (kept?.tokens == null) return 'it wants to be signed in to';
    return note?.why ?? 'it does not take our token';
  }

  #mayRenew(module: string): boolean {
    return this.#host.parts.clock.now() - (this.noted(module)?.renewedAt ?? 0) >= BETWEEN_MS;
  }

  #renew(module: string, where: Where): Promise<boolean> {
    const there = this.#renewing.get(module);
    if (there !== undefined) return there;
    const renewing = this.#ask(module, where).finally(() => this.#renewing.delete(module));
    this.#renewing.set(module, renewing);
    return renewing;
  }

  async #ask(module: string, where: Where): Promise<boolean> {
    const kept = this.kept(module, where);
    const refresh = kept?.tokens?.refresh;
    if (kept === null || refresh == null) return false;
    const { clock, vault } = this.#host.parts;
    const note = this.note(module);
    using way = wayTo(this.#host, where);
    const answer = await refreshTokens({ ...kept, fetch: way.fetch }, refresh);
    note.renewedAt = clock.now();
    // Somebody signed out, or in again, while it was asked: what came is of a sign-in that is over.
    if (this.kept(module, where)?.tokens?.refresh !== refresh) return false;
    if (!answer.ok) {
      if (answer.kind === 'refused') await this.#end(kept, answer.why);
      else note.why = `its token could not be renewed: ${answer.why}`;
      return false;
    }
    const renewed = ownedOf(grantedTo(kept, answer.value, clock.now()));
    const written = await vault.keepOwned(secretNameOf(module), module, renewed, 'gateway');
    if (written.ok) {
      note.why = null;
      return true;
    }
    // The one before may be used up by now: what cannot be kept is not used.
    note.ended = `its token could not be kept: ${written.message}`;
    this.#changed(module);
    return false;
  }

  async #end(kept: Kept, why: string): Promise<void> {
    const { module } = kept;
    const { clock, records, vault } = this.#host.parts;
    this.note(module).ended = why;
    await vault.keepOwned(secretNameOf(module), module, ownedOf({ ...kept, tokens: null }), 'gateway');
    const text = `its sign-in has ended: ${why}`;
    const record = { kind: 'module', at: clock.now(), module, change: 'signed-out', by: 'gateway', text } as const;
    // A log that fails raises its own alarm and stops the next call.
    await records.record(record).catch(() => undefined);
    this.#changed(module);
  }
}
