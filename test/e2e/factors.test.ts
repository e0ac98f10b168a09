// Second factors over the real API: an authenticator app, passkeys by an authenticator in software, recovery codes; signing in
// with each, adding and removing, and what of it is recorded.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Me, Passkey, SignInAnswer } from '@castellan/contract';
import { appCode, softAuthenticator, type UsingOptions, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import {
  accountOf,
  admin,
  asNobody,
  movableClock,
  okJson,
  originOf,
  passkeyProof,
  signInAs,
} from './support/accounts.ts';
import { ofKind, type World, world } from './support/world.ts';

// Real passwords are hashed for real, and daemons started again: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 120_000 });

type Needed = Extract<SignInAnswer, { kind: 'factor-needed' }>;
const MINUTE = 60_000;

const recorded = async (it: World, kind: 'person' | 'sign-in'): Promise<readonly string[]> =>
  ofKind(await it.records(), kind).map(({ who, change, text }) => `${who} ${change}: ${text}`);

/** Nothing of what is secret stands in the ledger, as text. */
async function tellsNothing(it: World, secrets: readonly string[]): Promise<void> {
  const text = JSON.stringify(await it.records());
  for (const secret of secrets) expect(text).not.toContain(secret);
}

verifies(
  ['A11', 'A8', 'L5'],
  'an authenticator app: added with the password, asked for after it, each code once',
  async () => {
    const clock = movableClock();
    await using it = await world({}, { env: clock.env });
    const mia = await admin(it.daemon);
    const begun = await mia.post<{ secret: string; uri: string }>('/v1/me/totp', { password: mia.password });
    expect(begun.uri).toBe(
      `otpauth://totp/Castellan:mia?issuer=Castellan&secret=${begun.secret}&algorithm=SHA1&digits=6&period=30`,
    );
    expect((await mia.user()).factors.totp, 'not before a code was seen').toBe(false);
    expect(okJson<SignInAnswer>(await signInAs(it.daemon)).kind).toBe('signed-in');
    expect((await mia.send('POST', '/v1/me/totp/confirm', { code: '000000' })).status).toBe(400);
    const first = appCode(begun.secret, clock.now());
    const { codes } = await mia.post<{ codes: string[] }>('/v1/me/totp/confirm', { code: first });
    expect(new Set(codes).size).toBe(10);
    expect((await mia.user()).factors).toEqual({ totp: true, passkeys: 0, recoveryCodes: 10 });

    // The password alone is half of it now.
    const needed = okJson<Needed>(await signInAs(it.daemon));
    expect(needed).toMatchObject({ kind: 'factor-needed', factors: ['totp', 'recovery'] });
    const prove = (challenge: string, code: string) =>
      asNobody(it.daemon, '/v1/sign-in/factor', { challenge, factor: { kind: 'totp', code } });
    const again = await prove(needed.challenge, first);
    expect([again.status, again.json()], 'the code of the confirmation is used').toMatchObject([
      401,
      { error: 'wrong_credentials' },
    ]);
    clock.forward(30_000);
    const code = appCode(begun.secret, clock.now());
    expect(okJson<SignInAnswer>(await prove(needed.challenge, code)).kind).toBe('signed-in');
    expect((await prove(needed.challenge, code)).status, 'the challenge is used').toBe(401);
    const other = okJson<Needed>(await signInAs(it.daemon));
    expect((await prove(other.challenge, code)).status, 'the code is used').toBe(401);

    // A program gives both at once.
    clock.forward(30_000);
    const both = { factor: { kind: 'totp', code: appCode(begun.secret, clock.now()) } };
    const signedIn = accountOf(it.daemon, mia.password, await signInAs(it.daemon, undefined, both));
    expect(signedIn.me.signIn.factor).toBe('totp');

    const told = await recorded(it, 'sign-in');
    expect(told).toContain('mia factor-failed: the code is wrong or was used');
    expect(await recorded(it, 'person')).toEqual(
      expect.arrayContaining([
        'mia factor-added: an authenticator app',
        'mia recovery-codes: made with the first factor',
      ]),
    );
    await tellsNothing(it, [begun.secret, ...codes]);
  },
);

verifies(
  ['A11', 'A8'],
  'codes are guessed five times, then not for a minute, whoever asks and after a restart',
  async () => {
    const clock = movableClock();
    const it = await world({}, { env: clock.env });
    const mia = await admin(it.daemon);
    const { secret, codes } = await mia.addApp(clock);
    const right = (): object => ({ factor: { kind: 'totp', code: appCode(secret, clock.now()) } });
    const wrong = (code: string): object => ({ factor: { kind: 'totp', code } });
    clock.forward(30_000);
    const guess = appCode(secret, clock.now()) === '111111' ? '222222' : '111111';
    // At once and by different ways: they are one person's.
    const guesses = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        n % 2 === 0
          ? mia.send('POST', '/v1/me/recovery-codes', wrong(guess))
          : signInAs(it.daemon, undefined, wrong(guess) as never),
      ),
    );
    const held = guesses.filter(({ status }) => status === 429);
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(held).toHaveLength(7);
    expect(Number(held[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await mia.send('POST', '/v1/me/recovery-codes', right())).status, 'the right one as well').toBe(429);
    expect(
      (await mia.send('POST', '/v1/me/recovery-codes', { factor: { kind: 'recovery', code: codes[0] } })).status,
    ).toBe(429);

    const { home } = it.daemon;
    await it.daemon.stop();
    await using next = await world({}, { home, env: clock.env });
    const same = { ...right(), carrier: 'program' } as never;
    expect((await signInAs(next.daemon, undefined, same)).status, 'a restart is no way around').toBe(429);
    clock.forward(2 * MINUTE);
    expect((await signInAs(next.daemon, undefined, right() as never)).status).toBe(200);
  },
);

verifies(['A11', 'L5'], 'a passkey: added, signed in with after the password and alone, and removed', async () => {
  await using it = await world();
  const mia = await admin(it.daemon);
  const key = softAuthenticator();
  const { codes } = okJson<{ codes: string[] }>(await mia.addPasskey(key));
  expect(codes).toHaveLength(10);
  expect((await mia.user()).factors).toEqual({ totp: false, passkeys: 1, recoveryCodes: 10 });

  const needed = okJson<Needed>(await signInAs(it.daemon));
  expect(needed.factors).toEqual(['passkey', 'recovery']);
  const factor = passkeyProof(key, needed.passkey as never, it.daemon);
  const second = await asNobody(it.daemon, '/v1/sign-in/factor', { challenge: needed.challenge, factor });
  expect(accountOf(it.daemon, mia.password, second).me.signIn.factor).toBe('passkey');

  // Alone, without a name: the passkey says whose it is.
  const begun = okJson<{ challenge: string; options: UsingOptions }>(
    await asNobody(it.daemon, '/v1/sign-in/passkey/options'),
  );
  expect(begun.options).toMatchObject({ rpId: 'localhost', userVerification: 'required', allowCredentials: [] });
  const response = key.get(begun.options, originOf(it.daemon));
  const alone = { challenge: begun.challenge, response, carrier: 'program' };
  const by = accountOf(it.daemon, mia.password, await asNobody(it.daemon, '/v1/sign-in/passkey', alone));
  expect(by.me).toMatchObject({ user: { name: 'mia' }, signIn: { factor: 'passkey' } });
  const replayed = await asNobody(it.daemon, '/v1/sign-in/passkey', alone);
  expect([replayed.status, replayed.json()]).toMatchObject([401, { error: 'wrong_credentials' }]);

  // Another key of the same person needs the first one, not the password; no codes are shown a second time.
  const refused = await mia.send('POST', '/v1/me/passkeys/options', { password: mia.password });
  expect([refused.status, refused.json()]).toMatchObject([403, { error: 'factor_required' }]);
  const spare = softAuthenticator();
  expect(okJson(await mia.addPasskey(spare, await mia.accountProof(key)))).toEqual({ codes: [] });

  const { passkeys } = okJson<Me>(await mia.send('GET', '/v1/me'));
  const [one, two] = passkeys as [Passkey, Passkey];
  expect(one).toMatchObject({ name: 'a key', synced: false });
  expect(one.lastUsedAt).not.toBeNull();
  const without = await mia.post<Me>(`/v1/me/passkeys/${one.id}/remove`, await mia.accountProof(spare));
  expect(without.passkeys.map(({ id }) => id)).toEqual([two.id]);
  // The last one may go: a second factor is a choice. The codes that stood in for it go with it.
  const none = await mia.post<Me>(`/v1/me/passkeys/${two.id}/remove`, await mia.accountProof(spare));
  expect(none.user.factors).toEqual({ totp: false, passkeys: 0, recoveryCodes: 0 });
  expect(okJson<SignInAnswer>(await signInAs(it.daemon)).kind).toBe('signed-in');
  expect((await recorded(it, 'person')).filter((line) => line.includes('factor-removed'))).toHaveLength(2);
  await tellsNothing(it, codes);
});

verifies(['A11'], 'passkeys are for a name: at an address the answer says what to open instead', async () => {
  await using it = await world();
  const mia = await admin(it.daemon);
  const { port } = it.daemon.state;
  const at = (host: string, path: string) =>
    mia.send('POST', path, { password: mia.password }, { host: `${host}:${port}` });
  for (const host of ['127.0.0.1', '[::1]']) {
    const refused = await at(host, '/v1/me/passkeys/options');
    expect([refused.status, refused.json()]).toMatchObject([
      400,
      { error: 'bad_request', hint: `open http://localhost:${port}: passkeys belong to a name, not to an address` },
    ]);
  }
  await mia.addPasskey(softAuthenticator());
  const needed = okJson<Needed>(
    await asNobody(it.daemon, '/v1/sign-in', { name: 'mia', password: mia.password }, '127.0.0.1'),
  );
  expect(needed.factors, 'there is one').toContain('passkey');
  expect(needed.passkey, 'and it cannot be used here').toBeUndefined();
  const unix = await it.daemon.request('POST', '/v1/sign-in/passkey/options', {
    token: null,
    over: 'socket',
    headers: { host: 'localhost' },
  });
  expect(unix.status).toBe(400);
});

verifies(
  ['A11', 'L5'],
  'recovery codes: each once, also of two at the same instant; new ones end the old ones',
  async () => {
    const clock = movableClock();
    await using it = await world({}, { env: clock.env });
    const mia = await admin(it.daemon);
    const { secret, codes } = await mia.addApp(clock);
    const enter = (code = '') => signInAs(it.daemon, undefined, { factor: { kind: 'recovery', code } });
    const both = await Promise.all([enter(codes[0]), enter(codes[0])]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    const typed = (codes[1] ?? '').toLowerCase().replaceAll('-', ' ');
    expect((await enter(typed)).status, 'as a person types').toBe(200);
    expect((await enter(typed)).status).toBe(401);
    expect((await mia.user()).factors.recoveryCodes).toBe(8);
    expect(await recorded(it, 'person')).toEqual(
      expect.arrayContaining(['mia recovery-code-used: 9 are left', 'mia recovery-code-used: 8 are left']),
    );

    clock.forward(30_000);
    const proof = { factor: { kind: 'totp', code: appCode(secret, clock.now()) } };
    const fresh = await mia.post<{ codes: string[] }>('/v1/me/recovery-codes', proof);
    expect(fresh.codes.filter((code) => codes.includes(code))).toEqual([]);
    expect((await enter(codes[2])).status).toBe(401);
    expect((await enter(fresh.codes[0])).status).toBe(200);

    // They outlive the daemon as they do, and stand nowhere as they are.
    const { home } = it.daemon;
    const database = ['castellan.db', 'castellan.db-wal']
      .map((name) => readFileSync(join(home, name), 'latin1'))
      .join('');
    for (const code of fresh.codes) expect(database).not.toContain(code.replaceAll('-', ''));
    await it.daemon.stop();
    await using next = await world({}, { home, env: clock.env });
    const after = (code = '') => signInAs(next.daemon, undefined, { factor: { kind: 'recovery', code } });
    expect((await after(fresh.codes[0])).status, 'used before').toBe(401);
    expect((await after(fresh.codes[1])).status).toBe(200);
    await tellsNothing(next, [...codes, ...fresh.codes]);
  },
);

verifies(['A11'], 'factors outlive a restart; removing and replacing one needs the one there is', async () => {
  const clock = movableClock();
  const it = await world({}, { env: clock.env });
  const mia = await admin(it.daemon);
  const { secret } = await mia.addApp(clock);
  for (const path of ['/v1/me/totp', '/v1/me/totp/remove', '/v1/me/recovery-codes', '/v1/me/passkeys/options']) {
    const alone = await mia.send('POST', path, { password: mia.password });
    expect([path, alone.status, (alone.json() as { error: string }).error]).toEqual([path, 403, 'factor_required']);
  }
  const { home } = it.daemon;
  await it.daemon.stop();
  await using next = await world({}, { home, env: clock.env });
  clock.forward(30_000);
  const code = () => ({ factor: { kind: 'totp', code: appCode(secret, clock.now()) } });
  const back = accountOf(next.daemon, mia.password, await signInAs(next.daemon, undefined, code()));
  clock.forward(30_000);
  const replaced = await back.addApp(clock, code());
  expect(replaced.codes, 'there are codes already').toEqual([]);
  clock.forward(30_000);
  expect((await signInAs(next.daemon, undefined, code())).status, 'the old app').toBe(401);
  const now = { factor: { kind: 'totp', code: appCode(replaced.secret, clock.now()) } };
  expect((await back.post<Me>('/v1/me/totp/remove', now)).user.factors).toEqual({
    totp: false,
    passkeys: 0,
    recoveryCodes: 0,
  });
  expect((await back.send('POST', '/v1/me/recovery-codes', { password: back.password })).status).toBe(409);
});
