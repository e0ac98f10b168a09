// People as programs sign them in: several of them, each with what they have to prove who they are. Passkeys are for a name, so
// every request here goes to `localhost`. RULE: nothing here decides; it sends what a page or the command would send.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Approval, FactorProof, Me, SignInAnswer, User } from '@castellan/contract';
import {
  type Authenticator,
  appCode,
  type HttpResponse,
  inRoot,
  type Lie,
  type MakingOptions,
  PERSON,
  type RunningDaemon,
  tempFolder,
  type UsingOptions,
} from '@castellan/testkit';

type Json = { readonly [key: string]: unknown };

/** The wall clock of a daemon, moved forward: a code is good for half a minute and once, and nobody wants to wait. */
export function movableClock() {
  const file = join(tempFolder(), 'offset');
  let offset = 0;
  const forward = (ms: number): void => {
    offset += ms;
    writeFileSync(file, String(offset));
  };
  forward(0);
  const env = {
    CLOCK_OFFSET: file,
    NODE_OPTIONS: `--import ${inRoot('test', 'e2e', 'support', 'fake-clock.mjs')}`,
  };
  return { env, forward, now: () => Date.now() + offset };
}
export type MovableClock = ReturnType<typeof movableClock>;

export function okJson<T>(response: HttpResponse): T {
  if (response.status !== 200) throw new Error(`${response.status} ${response.text}`);
  return response.json() as T;
}

export const originOf = (daemon: RunningDaemon): string => `http://localhost:${daemon.state.port}`;

export class Account {
  readonly daemon: RunningDaemon;
  readonly name: string;
  readonly password: string;
  readonly me: Me;
  readonly access: string;

  constructor(daemon: RunningDaemon, password: string, answer: Extract<SignInAnswer, { kind: 'signed-in' }>) {
    this.daemon = daemon;
    this.name = answer.me.user.name;
    this.password = password;
    this.me = answer.me;
    this.access = answer.access ?? '';
  }

  get id(): string {
    return this.me.user.id;
  }

  send(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    return this.daemon.request(method, path, {
      token: this.access,
      headers: { host: `localhost:${this.daemon.state.port}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  }

  post = async <T>(path: string, body?: unknown): Promise<T> => okJson<T>(await this.send('POST', path, body));

  user = async (): Promise<User> => okJson<Me>(await this.send('GET', '/v1/me')).user;

  /** An authenticator app, added; the codes are those that were shown. `proof`: the password, or a factor. */
  async addApp(clock: Pick<MovableClock, 'now'>, proof: Json = { password: this.password }) {
    const { secret, uri } = await this.post<{ secret: string; uri: string }>('/v1/me/totp', proof);
    const { codes } = await this.post<{ codes: string[] }>('/v1/me/totp/confirm', {
      code: appCode(secret, clock.now()),
    });
    return { secret, uri, codes };
  }

  async addPasskey(device: Authenticator, proof: Json = { password: this.password }, lie: Lie = {}) {
    const { options } = await this.post<{ options: MakingOptions }>('/v1/me/passkeys/options', proof);
    const response = device.create(options, originOf(this.daemon), lie);
    return this.send('POST', '/v1/me/passkeys', { name: 'a key', response });
  }

  /** What proves a passkey before a change of the account. */
  async accountProof(device: Authenticator, lie: Lie = {}): Promise<{ readonly factor: FactorProof }> {
    const { options } = await this.post<{ options: UsingOptions }>('/v1/me/factor');
    return { factor: passkeyProof(device, options, this.daemon, lie) };
  }

  /** `edited`: the arguments that are sent with the answer. */
  async approvalProof(device: Authenticator, approval: Approval, lie: Lie = {}, edited?: Json): Promise<FactorProof> {
    const path = `/v1/approvals/${approval.id}/factor`;
    const { options } = await this.post<{ options: UsingOptions }>(
      path,
      edited === undefined ? {} : { arguments: edited },
    );
    return passkeyProof(device, options, this.daemon, lie);
  }

  approve = (approval: Approval, factor?: FactorProof): Promise<HttpResponse> =>
    this.send('POST', `/v1/approvals/${approval.id}/resolve`, {
      answer: 'approve',
      digest: approval.digest,
      ...(factor === undefined ? {} : { factor }),
    });
}

export const passkeyProof = (
  device: Authenticator,
  options: UsingOptions,
  daemon: RunningDaemon,
  lie: Lie = {},
): FactorProof => ({ kind: 'passkey', response: device.get(options, originOf(daemon), lie) as never });

/** Anonymous, at `localhost`. */
export const asNobody = (daemon: RunningDaemon, path: string, body?: unknown, host = 'localhost') =>
  daemon.request('POST', path, {
    token: null,
    headers: { host: `${host}:${daemon.state.port}` },
    ...(body === undefined ? {} : { body }),
  });

export const signInAs = (
  daemon: RunningDaemon,
  { name, password }: { readonly name: string; readonly password: string } = PERSON,
  more: Json = {},
) => asNobody(daemon, '/v1/sign-in', { name, password, carrier: 'program', ...more });

export function accountOf(daemon: RunningDaemon, password: string, response: HttpResponse): Account {
  const answer = okJson<SignInAnswer>(response);
  if (answer.kind !== 'signed-in') throw new Error(`not signed in: ${answer.kind}`);
  return new Account(daemon, password, answer);
}

/** The admin of the set-up, signed in once more. */
export const admin = async (daemon: RunningDaemon): Promise<Account> =>
  accountOf(daemon, PERSON.password, await signInAs(daemon));

/** Somebody who was invited and joined. `more`: the proof of a second factor, where anybody has one. */
export async function joined(by: Account, name: string, role: string, more: Json = {}): Promise<Account> {
  const { invite } = await by.post<{ invite: string }>('/v1/users', { name, role, ...more });
  const password = `a-Long-word-for-${name}-19`;
  return accountOf(
    by.daemon,
    password,
    await asNobody(by.daemon, '/v1/sign-in/invite', { invite, password, carrier: 'program' }),
  );
}
