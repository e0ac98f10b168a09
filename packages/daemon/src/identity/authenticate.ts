// Who is this? Answered once, at the door, from the one header a credential may stand in; never from Origin, address or URL.
import type { Actor } from '@castellan/contract';
import type { Agents } from './agents.ts';
import { digestOf, sameDigest } from './credentials.ts';

export interface Identity {
  /** @param credential what stood behind `Bearer `, or null when nothing did. */
  actorOf(credential: string | null): Actor;
}

export function createIdentity(daemonToken: string, agents: Agents): Identity {
  const token = digestOf(daemonToken);
  return {
    actorOf(credential) {
      if (credential === null) return { kind: 'nobody' };
      const presented = digestOf(credential);
      if (sameDigest(presented, token)) return { kind: 'local-cli' };
      return agents.authenticate(credential, presented);
    },
  };
}

/** The credential in an `Authorization` header. Exactly one scheme, one space, one token. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer ([A-Za-z0-9_]{16,200})$/.exec(header ?? '')?.[1] ?? null;
}
