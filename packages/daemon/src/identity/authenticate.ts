// Who is this? Answered once, at the door, from what a credential may stand in: one header, or a browser's cookie with the half
// of it that the page keeps; never from Origin, address or URL.
import type { Actor } from '@castellan/contract';
import type { Agents } from './agents.ts';
import { digestOf, sameDigest } from './credentials.ts';
import { accessTokenPattern } from './people/access-token.ts';
import type { People } from './people/index.ts';
import type { ApiTokens } from './tokens/index.ts';

export interface Identity {
  /** @param credential what stood behind `Bearer `, or null when nothing did. */
  actorOf(credential: string | null): Actor | Promise<Actor>;
  /** A session cookie together with the header that its page sends. */
  ofBrowser(cookie: string, half: string): Actor;
  /** The sign-in that a refresh token is of, used already or not; null where it is of none. */
  familyOf(refresh: string): string | null;
  /** Whoever came in before, as they are now; null when what they came in with is over. */
  now(actor: Actor): Actor | null;
  /** Told whenever a sign-in, a token or a role ends or changes. @returns a function that ends it. */
  subscribe(listener: () => void): () => void;
}

export interface IdentityRooms {
  readonly daemonToken: string;
  readonly agents: Pick<Agents, 'authenticate' | 'get'>;
  readonly apiTokens: Pick<ApiTokens, 'authenticate' | 'now'>;
  readonly people: Pick<People, 'ofAccess' | 'ofBrowser' | 'now' | 'onChange' | 'signIns'>;
}

export function createIdentity({ daemonToken, agents, apiTokens, people }: IdentityRooms): Identity {
  const token = digestOf(daemonToken);
  return {
    actorOf(credential) {
      if (credential === null) return { kind: 'nobody' };
      // Only a signed token has dots, so it is never compared with what is kept as a hash.
      if (accessTokenPattern.test(credential)) return people.ofAccess(credential);
      const presented = digestOf(credential);
      if (sameDigest(presented, token)) return { kind: 'local-cli' };
      const byToken = apiTokens.authenticate(credential, presented);
      return byToken.kind === 'nobody' ? agents.authenticate(credential, presented) : byToken;
    },
    ofBrowser: (cookie, half) => people.ofBrowser(cookie, half),
    familyOf: (refresh) => people.signIns.familyOf(refresh),
    now(actor) {
      switch (actor.kind) {
        case 'person':
          return people.now(actor.signIn);
        case 'agent':
        case 'model':
          return agents.get(actor.agent)?.revokedAt === null ? actor : null;
        case 'nobody':
          return null;
        case 'api-token':
          return apiTokens.now(actor.token);
        case 'local-cli':
        case 'link':
          return actor;
      }
    },
    subscribe: (listener) => people.onChange(listener),
  };
}

/** The credential in an `Authorization` header. Exactly one scheme, one space, one token: one of ours, or a signed one. */
export function bearerOf(header: string | undefined): string | null {
  const [, opaque, signed] =
    /^Bearer (?:([A-Za-z0-9_]{16,200})|([A-Za-z0-9_-]{1,100}\.[A-Za-z0-9_-]{1,500}\.[A-Za-z0-9_-]{1,100}))$/.exec(
      header ?? '',
    ) ?? [];
  return opaque ?? signed ?? null;
}
