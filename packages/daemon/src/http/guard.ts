// The door, before anything is read: host, then origin, then who, then whether they may (N3, A1, A5). A web page that a
// browser on this machine opens can send requests here; it can neither fake Host nor leave out Origin where it matters.
import { type Actor, type ApiErrorCode, type Permission, permits, type Route } from '@castellan/contract';
import { bearerOf, type Identity } from '../identity/index.ts';
import { hostsOf, isOwnHost, isOwnPage, type Listener, type Pages } from './origins.ts';

export interface Knock {
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  /** Names and values as they were sent, repetitions included. */
  readonly rawHeaders: readonly string[];
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** By which of our sockets it came in. */
  readonly listener: Listener;
}

export type Admission =
  | { readonly kind: 'in'; readonly actor: Actor }
  | {
      readonly kind: 'out';
      readonly code: ApiErrorCode;
      readonly message: string;
      readonly hint: string;
      /** Who it is, where that is known: somebody of ours who reached for what is not theirs. */
      readonly actor?: Actor;
    };

const one = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** Headers we judge by. Said twice, another reader (a proxy, a client) may take the other one. */
const ONCE: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'x-api-key',
  'origin',
  'sec-fetch-site',
  'sec-fetch-mode',
  'x-castellan-csrf',
]);

function shapeFault({ target, rawHeaders }: Knock): Admission | null {
  const said = new Set<string>();
  let repeated: string | null = null;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? '';
    if (said.has(name)) repeated = name;
    if (ONCE.has(name)) said.add(name);
  }
  if (repeated !== null)
    return { kind: 'out', code: 'bad_request', message: `header \`${repeated}\` is given twice`, hint: 'send it once' };
  // `GET http://other/v1/…`: the name in the target would overrule Host for a reader that goes by the book.
  if (target.startsWith('/')) return null;
  return { kind: 'out', code: 'bad_request', message: 'the request target is not a path', hint: 'send the path only' };
}

function hostFault(knock: Knock): Admission | null {
  if (isOwnHost(knock)) return null;
  return {
    kind: 'out',
    code: 'wrong_host',
    message: 'the host of the request is not this daemon',
    hint: `use ${hostsOf(knock.listener)[0]}`,
  };
}

function originFault(knock: Knock, pages: Pages): Admission | null {
  if (isOwnPage(knock, pages)) return null;
  return {
    kind: 'out',
    code: 'wrong_origin',
    message: 'requests from web pages are not accepted here',
    hint: pages === 'none' ? 'use the castellan command' : 'open the page of Castellan itself',
  };
}

/** Routes that agents and programs have for themselves: no page asks there, not even ours. */
const NO_PAGES: ReadonlySet<Permission> = new Set<Permission>([
  'calls:check',
  'canary:model',
  'models:use',
  'terminals:host',
]);

export const pagesOf = ({ permission }: Route): Pages => (NO_PAGES.has(permission) ? 'none' : 'own');

/** What no request may be, whichever route it is for. */
export const turnedAway = (knock: Knock, pages: Pages): Extract<Admission, { kind: 'out' }> | null => {
  const fault = shapeFault(knock) ?? hostFault(knock) ?? originFault(knock, pages);
  return fault?.kind === 'out' ? fault : null;
};

/** @param apiKey the route also takes the credential as `x-api-key` (an agent's model client cannot send another header). */
export function admit(knock: Knock, route: Route, identity: Identity, apiKey: boolean): Admission {
  const fault = turnedAway(knock, pagesOf(route));
  if (fault !== null) return fault;
  const authorization = one(knock.headers.authorization);
  const key = apiKey ? one(knock.headers['x-api-key']) : undefined;
  const both =
    key !== undefined && authorization !== undefined && bearerOf(authorization) !== bearerOf(`Bearer ${key}`);
  if (both)
    return {
      kind: 'out',
      code: 'not_authenticated',
      message: 'two different credentials',
      // Without the header's name: a client that reads it here shows words of its own instead.
      hint: 'send one: an API key or a bearer token',
    };
  const actor = identity.actorOf(key === undefined ? bearerOf(authorization) : bearerOf(`Bearer ${key}`));
  if (permits(actor, route.permission)) return { kind: 'in', actor };
  if (actor.kind === 'nobody') {
    return {
      kind: 'out',
      code: 'not_authenticated',
      message: 'no valid credential',
      hint: 'a restart makes a new token; connect the agent again, or use the castellan command',
    };
  }
  return {
    kind: 'out',
    code: 'not_permitted',
    message: `this credential may not do that (\`${route.permission}\`)`,
    hint: 'ask the person who runs Castellan',
    actor,
  };
}
