// People as their browsers and programs act: who holds what, and sends it. RULE: it sends what a real one would and nothing more;
// what a thief sends is written where the theft is.
import type { SignInAnswer } from '@castellan/contract';
import { type HttpResponse, PERSON, type RunningDaemon, sendRequest } from '@castellan/testkit';
import { expect } from 'vitest';

export interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Send = (method: string, path: string, asked?: Asked) => Promise<HttpResponse>;

export const originOf = ({ state }: RunningDaemon): string => `http://127.0.0.1:${state.port}`;

/** As nobody, from the page of this daemon where `page`. */
export const plain = (daemon: RunningDaemon, method: string, path: string, asked: Asked = {}): Promise<HttpResponse> =>
  sendRequest({ port: daemon.state.port }, method, path, asked);

export const cookieOf = (reply: HttpResponse, name: string): string =>
  (reply.headers['set-cookie'] ?? [])
    .find((line) => line.startsWith(`${name}=`))
    ?.split(';')[0]
    ?.slice(name.length + 1) ?? '';

type SignedIn = Extract<SignInAnswer, { kind: 'signed-in' }>;

export interface Browser {
  /** The value of its cookie. */
  readonly cookie: string;
  readonly csrf: string;
  readonly me: SignedIn['me'];
  readonly send: Send;
}

export interface Program {
  readonly access: string;
  readonly refresh: string;
  readonly me: SignedIn['me'];
  readonly send: Send;
}

const answerOf = (reply: HttpResponse): SignedIn => {
  expect(reply.status, reply.text).toBe(200);
  const answer = reply.json() as SignInAnswer;
  if (answer.kind !== 'signed-in') throw new Error(reply.text);
  return answer;
};

export function browserFrom(daemon: RunningDaemon, reply: HttpResponse): Browser {
  const { csrf = '', me } = answerOf(reply);
  const cookie = cookieOf(reply, 'castellan_session');
  const own = { cookie: `castellan_session=${cookie}`, 'x-castellan-csrf': csrf };
  const send: Send = (method, path, { body, headers } = {}) => {
    const origin = method === 'GET' ? {} : { origin: originOf(daemon), 'sec-fetch-site': 'same-origin' };
    return plain(daemon, method, path, { body, headers: { ...own, ...origin, ...headers } });
  };
  return { cookie, csrf, me, send };
}

export function programFrom(daemon: RunningDaemon, reply: HttpResponse): Program {
  const { access = '', me } = answerOf(reply);
  const refresh = cookieOf(reply, 'castellan_refresh');
  const send: Send = (method, path, { body, headers } = {}) =>
    plain(daemon, method, path, { body, headers: { authorization: `Bearer ${access}`, ...headers } });
  return { access, refresh, me, send };
}

export const signInReply = (
  daemon: RunningDaemon,
  { name, password }: { readonly name: string; readonly password: string } = PERSON,
  carrier: 'browser' | 'program' = 'browser',
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpResponse> => plain(daemon, 'POST', '/v1/sign-in', { body: { name, password, carrier }, headers });

export const browser = async (daemon: RunningDaemon, who = PERSON as { name: string; password: string }) =>
  browserFrom(daemon, await signInReply(daemon, who));
export const program = async (daemon: RunningDaemon, who = PERSON as { name: string; password: string }) =>
  programFrom(daemon, await signInReply(daemon, who, 'program'));

export const refresh = (daemon: RunningDaemon, token: string): Promise<HttpResponse> =>
  plain(daemon, 'POST', '/v1/sign-in/refresh', { headers: { cookie: `castellan_refresh=${token}` } });

/** Invites somebody and chooses their password. */
export async function somebody(daemon: RunningDaemon, admin: Send, name: string, role: string) {
  const who = { name, password: `${name}-goes-Over-7-bridges` };
  const added = await admin('POST', '/v1/users', { body: { name, role } });
  expect(added.status, added.text).toBe(200);
  const { invite, user } = added.json() as { invite: string; user: { id: string } };
  const joined = await plain(daemon, 'POST', '/v1/sign-in/invite', { body: { invite, password: who.password } });
  return { ...who, id: user.id, browser: browserFrom(daemon, joined) };
}
