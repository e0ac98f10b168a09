// Passkeys at the remote listener: for its name, over TLS, and no bridge between there and this machine.
import type { Me, SignInAnswer } from '@castellan/contract';
import {
  CERTIFIED,
  certificate,
  type MakingOptions,
  PERSON,
  softAuthenticator,
  type UsingOptions,
  verifies,
} from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { admin, originOf } from './support/accounts.ts';
import { byTls, sendAway } from './support/remote.ts';
import { until, world } from './support/world.ts';

// Real passwords are hashed for real, and daemons started again: seconds where nothing else runs, more where much does.
vi.setConfig({ testTimeout: 120_000 });

verifies(['A11', 'N2'], 'a passkey is made and used at the remote name, and not with one of this machine', async () => {
  const pem = certificate();
  const { port, remote } = await byTls(pem);
  await using it = await world({ remote });
  await until('the remote listener', async () => ((await it.status()).remote === null ? undefined : true));
  const origin = `https://${CERTIFIED}:${port}`;
  const away = { port, ca: pem.cert };
  const mia = await admin(it.daemon);
  const near = softAuthenticator();
  expect((await mia.addPasskey(near)).status).toBe(200);

  const needed = await sendAway(away, 'POST', '/v1/sign-in', { body: PERSON, headers: { origin } });
  const first = needed.json() as Extract<SignInAnswer, { kind: 'factor-needed' }>;
  expect(first).toMatchObject({ kind: 'factor-needed', factors: ['passkey', 'recovery'] });
  expect(first.passkey, 'it is for localhost').toBeUndefined();

  // Comes in with a recovery code, and makes a passkey for here; the proof is another code.
  const codes = (await mia.post<{ codes: string[] }>('/v1/me/recovery-codes', await mia.accountProof(near))).codes;
  const recovery = (n: number) => ({ kind: 'recovery', code: codes[n] });
  const come = await sendAway(away, 'POST', '/v1/sign-in/factor', {
    body: { challenge: first.challenge, factor: recovery(0) },
    headers: { origin },
  });
  expect(come.status, come.text).toBe(200);
  const cookie = (come.headers['set-cookie'] ?? [])[0]?.split(';')[0] ?? '';
  const headers = { origin, cookie, 'x-castellan-csrf': (come.json() as { csrf: string }).csrf };
  const begun = await sendAway(away, 'POST', '/v1/me/passkeys/options', { body: { factor: recovery(1) }, headers });
  const { options } = begun.json() as { options: MakingOptions };
  expect(options.rp.id).toBe(CERTIFIED);
  const far = softAuthenticator();
  const made = far.create(options, origin);
  expect(
    (await sendAway(away, 'POST', '/v1/me/passkeys', { body: { name: 'far', response: made }, headers })).status,
  ).toBe(200);
  const me = (await sendAway(away, 'GET', '/v1/me', { headers })).json() as Me;
  expect(me.passkeys.map(({ site }) => site)).toEqual(['localhost', CERTIFIED]);

  const alone = async (signedAt: string): Promise<number> => {
    const asked = await sendAway(away, 'POST', '/v1/sign-in/passkey/options', { headers: { origin } });
    const told = asked.json() as { challenge: string; options: UsingOptions };
    const response = far.get(told.options, signedAt);
    const body = { challenge: told.challenge, response };
    return (await sendAway(away, 'POST', '/v1/sign-in/passkey', { body, headers: { origin } })).status;
  };
  expect(await alone(originOf(it.daemon)), 'signed for the page of this machine').toBe(401);
  expect(await alone(`https://${CERTIFIED}`), 'signed for another port').toBe(401);
  expect(await alone(origin)).toBe(200);
});
