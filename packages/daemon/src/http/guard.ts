// The door, before anything is read: host, then origin, then who, then whether they may (N3, A1, A5). A web page that a
// browser on this machine opens can send requests here; it can neither fake Host nor leave out Origin where it matters.
import { type Actor, type ApiErrorCode, type Permission, permits, ROUTES, type Route } from '@castellan/contract';
import { bearerOf, type Identity } from '../identity/index.ts';
import { readCookie } from './cookies.ts';
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
  'cookie',
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
    hint: pages === 'none' || pages === 'program' ? 'use the castellan command' : 'open the page of Castellan itself',
  };
}

/** Routes that agents and programs have for themselves: no page asks there, not even ours. */
const NO_PAGES: ReadonlySet<Permission> = new Set<Permission>([
  'calls:check',
  'canary:model',
  'models:use',
  'terminals:host',
]);

/** Where another site sends a person's browser by itself: opened as a page, and asked for by none. */
const OPENED_FROM_ELSEWHERE: ReadonlySet<string> = new Set([ROUTES.moduleCallback.path]);

/**
 * The endpoint of MCP, but for its socket: a program with a bearer credential may name our own address as its origin there (a
 * client in a browser's engine does, and the protocol's own suite asks for it). Every other origin is refused as everywhere.
 */
const NAMED_BY_PROGRAMS: ReadonlySet<string> = new Set([ROUTES.mcp.path, ROUTES.mcpModule.path]);

export function pagesOf({ permission, path }: Route): Pages {
  if (OPENED_FROM_ELSEWHERE.has(path)) return 'navigation';
  if (NAMED_BY_PROGRAMS.has(path)) return 'program';
  return NO_PAGES.has(permission) ? 'none' : 'own';
}

/** What no request may be, whichever route it is for. */
export const turnedAway = (knock: Knock, pages: Pages): Extract<Admission, { kind: 'out' }> | null => {
  const fault = shapeFault(knock) ?? hostFault(knock) ?? originFault(knock, pages);
  return fault?.kind === 'out' ? fault : null;
};

type Out = Extract<Admission, { kind: 'out' }>;
type Presented =
  | { readonly kind: 'bearer'; readonly credential: string | null }
  | { readonly kind: 'browser'; readonly cookie: string; readonly half: string }
  /** A session cookie alone: any page of this machine may have sent it. */
  | { readonly kind: 'half' }
  | { readonly kind: 'twice' }
  | { readonly kind: 'two' };

/** What is presented as a credential, wherever it stands. Two of them are none: which one counts would be the sender's guess. */
function presentedBy({ headers, listener }: Knock, apiKey: boolean): Presented {
  const authorization = one(headers.authorization);
  const key = apiKey ? one(headers['x-api-key']) : undefined;
  const session = readCookie(one(headers.cookie), 'session', listener.kind === 'remote');
  const byHeader = key === undefined ? bearerOf(authorization) : bearerOf(`Bearer ${key}`);
  if (key !== undefined && authorization !== undefined && bearerOf(authorization) !== byHeader) return { kind: 'two' };
  if (session.kind === 'none') return { kind: 'bearer', credential: byHeader };
  if (key !== undefined || authorization !== undefined) return { kind: 'two' };
  if (session.kind === 'twice') return { kind: 'twice' };
  const half = one(headers['x-castellan-csrf']);
  return half === undefined ? { kind: 'half' } : { kind: 'browser', cookie: session.value, half };
}

const TWO: Out = {
  kind: 'out',
  code: 'not_authenticated',
  message: 'two different credentials',
  // Without the header's name: a client that reads it here shows words of its own instead.
  hint: 'send one: an API key or a bearer token',
};
const TWICE: Out = {
  kind: 'out',
  code: 'bad_request',
  message: 'the session cookie is given twice',
  hint: 'another page of this host set one: remove the cookies of this host and sign in again',
};
const HALF: Out = {
  kind: 'out',
  code: 'no_csrf',
  message: 'the session cookie came without its other half',
  hint: 'send `x-castellan-csrf` as sign-in gave it; a page that cannot is not ours',
};
const FOREIGN: Out = {
  kind: 'out',
  code: 'wrong_origin',
  message: 'a change by cookie must say that it comes from our own page',
  hint: 'send it from the page of Castellan itself, which names its `Origin`',
};
const FROM_A_PAGE: Out = {
  kind: 'out',
  code: 'wrong_origin',
  message: 'requests from web pages are not accepted here with this credential',
  hint: 'use the castellan command, or sign in on the page of Castellan itself',
};
const NOBODY: Out = {
  kind: 'out',
  code: 'not_authenticated',
  message: 'no valid credential',
  hint: 'sign in; a restart makes a new token; connect the agent again, or use the castellan command',
};
/** No token of this machine is one there, whatever is done with it. */
const NOBODY_ELSEWHERE: Out = { ...NOBODY, hint: 'sign in, or send an API token' };

/** Over the socket of one agent nobody else is anybody: not a person, not a program of the user, not another agent. */
const notTheirs = (actor: Actor): Out => ({
  kind: 'out',
  code: 'not_permitted',
  message: 'this is the socket of another agent',
  hint: 'use your own credential here, and other credentials elsewhere',
  actor,
});

function isOfSocket({ listener }: Knock, actor: Actor): boolean {
  if (listener.kind !== 'agent' || actor.kind === 'nobody') return true;
  return (actor.kind === 'agent' || actor.kind === 'model') && actor.agent === listener.agent;
}

function notPermitted(actor: Actor, permission: Permission): Out {
  const hint =
    actor.kind === 'local-cli'
      ? 'this needs a person: `castellan login`'
      : actor.kind === 'person'
        ? `you are here as ${actor.role}; ask somebody who is admin`
        : 'ask the person who runs Castellan';
  return {
    kind: 'out',
    code: 'not_permitted',
    message: `this credential may not do that (\`${permission}\`)`,
    hint,
    actor,
  };
}

/** From elsewhere only people come, and what people made for programs of theirs. A local credential is worth nothing there. */
const isOfPeople = ({ kind }: Actor): boolean => kind === 'person' || kind === 'api-token';
const NOBODY_THERE: Actor = { kind: 'nobody' };

/**
 * @param apiKey the route also takes the credential as `x-api-key` (an agent's model client cannot send another header).
 * @param setUp where nobody has an account yet: what to do about it (A7).
 */
export async function admit(
  knock: Knock,
  route: Route,
  identity: Identity,
  apiKey: boolean,
  setUp: string | null = null,
): Promise<Admission> {
  const pages = pagesOf(route);
  const fault = turnedAway(knock, pages);
  if (fault !== null) return fault;
  if (setUp !== null && route.beforeSetup !== true)
    return { kind: 'out', code: 'setup_required', message: 'Castellan is not set up yet', hint: setUp };
  const presented = presentedBy(knock, apiKey);
  if (presented.kind === 'two') return TWO;
  // No page of ours ever holds a bearer credential; whatever says it is one and does is a page that was given it.
  const namesItself = knock.headers.origin !== undefined && pages !== 'program';
  if (presented.kind === 'bearer' && presented.credential !== null && namesItself) return FROM_A_PAGE;
  // A page of ours sends its origin with every change; asked for here so that the cookie never stands alone (N3, A10).
  if (presented.kind === 'browser' && knock.method !== 'GET' && knock.headers.origin === undefined) return FOREIGN;
  const known: Actor =
    presented.kind === 'browser'
      ? identity.ofBrowser(presented.cookie, presented.half)
      : presented.kind === 'bearer'
        ? await identity.actorOf(presented.credential)
        : { kind: 'nobody' };
  const actor = knock.listener.kind === 'remote' && !isOfPeople(known) ? NOBODY_THERE : known;
  if (!isOfSocket(knock, actor)) return notTheirs(actor);
  if (permits(actor, route.permission)) return { kind: 'in', actor };
  if (actor.kind !== 'nobody') return notPermitted(actor, route.permission);
  return presented.kind === 'half'
    ? HALF
    : presented.kind === 'twice'
      ? TWICE
      : knock.listener.kind === 'remote'
        ? NOBODY_ELSEWHERE
        : NOBODY;
}
