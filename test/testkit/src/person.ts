// The person of the tests: makes the first account with the one-time code, or signs in, as any program would. What only a
// person may do is asked for with their access token; the daemon's own token cannot (A5).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SignInAnswer } from '@castellan/contract';
import { type HttpResponse, type HttpTarget, sendRequest } from './http.ts';
import { bareEnvironment, inRoot } from './root.ts';
import { runProcess } from './run-process.ts';

export const PERSON = { name: 'mia', password: 'seven-Quiet-otters-row-42' } as const;

/** Half of what an access token lives: a scenario that moves the daemon's clock asks again when it is turned away. */
const RENEW_AFTER_MS = 7 * 60_000;
/** Sign-ins outlive a daemon: one that is started again in the same folder costs no second password hash. */
const kept = new Map<string, string>();

export interface Person {
  /** A good access token, renewed where it is old. */
  access(): Promise<string>;
  /** Another one, because the last was turned away. */
  renew(): Promise<string>;
}

const refreshOf = (reply: HttpResponse): string => {
  const cookie = (reply.headers['set-cookie'] ?? []).find((each) => each.startsWith('castellan_refresh='));
  return /^castellan_refresh=([^;]*)/.exec(cookie ?? '')?.[1] ?? '';
};

interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

async function signedIn(target: HttpTarget, home: string): Promise<Tokens> {
  const setup = await sendRequest(target, 'GET', '/v1/setup', {});
  const { needed } = setup.json() as { needed: boolean };
  const post = (path: string, body: object): Promise<HttpResponse> => sendRequest(target, 'POST', path, { body });
  const told = { ...PERSON, carrier: 'program' };
  const file = join(home, 'daemon', 'setup-code');
  if (needed && !existsSync(file)) throw new Error(`set-up is to be done, and there is no \`${file}\``);
  const reply = needed
    ? await post('/v1/setup', { ...told, code: readFileSync(file, 'utf8').trim() })
    : await post('/v1/sign-in', told);
  const answer = reply.status === 200 ? (reply.json() as SignInAnswer) : null;
  if (answer?.kind !== 'signed-in' || answer.access === undefined)
    throw new Error(`${needed ? 'set-up' : 'sign-in'}: ${reply.status} ${reply.text}`);
  return { access: answer.access, refresh: refreshOf(reply) };
}

async function refreshed(target: HttpTarget, refresh: string): Promise<Tokens | null> {
  const headers = { cookie: `castellan_refresh=${refresh}` };
  const reply = await sendRequest(target, 'POST', '/v1/sign-in/refresh', { headers });
  if (reply.status !== 200) return null;
  return { access: (reply.json() as { access: string }).access, refresh: refreshOf(reply) };
}

/** Does the set-up of a fresh state folder; in one that has been used, signs in. */
export async function signIn(target: HttpTarget, home: string): Promise<Person> {
  const before = kept.get(home);
  const first = (before === undefined ? null : await refreshed(target, before)) ?? (await signedIn(target, home));
  let now = { ...first, at: Date.now() };
  kept.set(home, now.refresh);
  let renewing: Promise<string> | null = null;
  const renew = (): Promise<string> => {
    // One at a time: a refresh token that is used twice ends them all.
    renewing ??= refreshed(target, now.refresh)
      // Its time is over, as when a scenario has moved the clock by years.
      .then((next) => next ?? signedIn(target, home))
      .then((next) => {
        now = { ...next, at: Date.now() };
        kept.set(home, next.refresh);
        return next.access;
      })
      .finally(() => {
        renewing = null;
      });
    return renewing;
  };
  return {
    renew,
    access: async () => (Date.now() - now.at < RENEW_AFTER_MS ? now.access : renew()),
  };
}

/** A request as the person unless told otherwise; asked again once where only the access token was too old. */
export async function requestAs(
  person: Person | null,
  local: string,
  send: (token: string | null) => Promise<HttpResponse>,
  token: string | null | undefined,
): Promise<HttpResponse> {
  if (token !== undefined) return send(token);
  if (person === null) return send(local);
  const reply = await send(await person.access());
  const isTurnedAway = reply.status === 401 && reply.text.includes('"not_authenticated"');
  return isTurnedAway ? send(await person.renew()) : reply;
}

/** Signs them in on the command line, in the terminal that this process belongs to: every `castellan` it starts is theirs. */
export async function logIn(home: string): Promise<void> {
  const program = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
  const { code, stderr } = await runProcess(
    process.execPath,
    [program, 'login', '--name', PERSON.name, '--password-stdin'],
    { env: { ...bareEnvironment(home), CASTELLAN_HOME: home }, input: `${PERSON.password}\n`, timeout: 60_000 },
  );
  if (code !== 0) throw new Error(`castellan login: ${stderr}`);
}
