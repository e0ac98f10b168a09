// The other end of one connection, as this room sees it.
import { type Actor, permits } from '@castellan/contract';

export interface Peer {
  readonly actor: Actor;
  /** False: it is over. */
  send(text: string): boolean;
  close(code: number, why: string): void;
}

/** What a connection is told of. */
export interface PeerEvents {
  onText(text: string): void;
  onClose(): void;
}

/** RFC 6455: what was sent cannot be taken; we cannot go on. */
export const CLOSED = { normal: 1000, unsupported: 1003, failed: 1011 } as const;

/** A person who may answer approvals; automation looks. `null`: what they came in with is over. */
export const mayType = (actor: Actor | null): boolean =>
  actor?.kind === 'person' && permits(actor, 'approvals:resolve') && permits(actor, 'terminals:watch');

/** As a page lists them. */
export function watcherName(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.name;
    case 'api-token':
      return `token:${actor.name}`;
    case 'agent':
    case 'model':
    case 'local-cli':
    case 'nobody':
    case 'link':
      return actor.kind;
  }
}
