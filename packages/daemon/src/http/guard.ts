// The door, before anything is read: host, then origin, then who, then whether they may (N3, A1, A5). A web page that a
// browser on this machine opens can send requests here; it can neither fake Host nor leave out Origin where it matters.
import { type Actor, type ApiErrorCode, permits, type Route } from '@castellan/contract';
import { bearerOf, type Identity } from '../identity/index.ts';

export interface Knock {
  readonly method: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** Came in by the Unix socket: there is no DNS to rebind. */
  readonly unix: boolean;
  readonly port: number;
}

export type Admission =
  | { readonly kind: 'in'; readonly actor: Actor }
  | { readonly kind: 'out'; readonly code: ApiErrorCode; readonly message: string; readonly hint: string };

const one = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

function hostFault({ headers, unix, port }: Knock): Admission | null {
  const host = one(headers.host)?.toLowerCase();
  const allowed = unix ? ['localhost', 'castellan'] : [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  if (host !== undefined && allowed.includes(host)) return null;
  return {
    kind: 'out',
    code: 'wrong_host',
    message: `host \`${(host ?? '').slice(0, 100)}\` is not this daemon`,
    hint: `use ${allowed[0]}`,
  };
}

function originFault({ headers, method }: Knock): Admission | null {
  const origin = headers.origin;
  const site = headers['sec-fetch-site'];
  const crossSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  // Nothing of ours runs in a browser against this listener, so an Origin on a changing request is somebody else's page.
  if (!crossSite && (origin === undefined || (method === 'GET' && origin !== 'null'))) return null;
  return {
    kind: 'out',
    code: 'wrong_origin',
    message: 'requests from web pages are not accepted here',
    hint: 'use the castellan command',
  };
}

/** @param apiKey the route also takes the credential as `x-api-key` (an agent's model client cannot send another header). */
export function admit(knock: Knock, route: Route, identity: Identity, apiKey: boolean): Admission {
  const fault = hostFault(knock) ?? originFault(knock);
  if (fault !== null) return fault;
  const authorization = one(knock.headers.authorization);
  const key = apiKey && authorization === undefined ? one(knock.headers['x-api-key']) : undefined;
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
  };
}
