// The attacker has the password and a code, and began to sign in before the password was changed, or before the factor was
// removed. What was begun ends with it (A8, A11).
import { softAuthenticator, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { admin, asNobody, movableClock, signInAs } from '../e2e/support/accounts.ts';
import { world } from '../e2e/support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

verifies(
  ['A8', 'A11'],
  'a second step that began with the old password, or with another set of factors, signs nobody in',
  async () => {
    const clock = movableClock();
    await using it = await world({}, { env: clock.env });
    const mia = await admin(it.daemon);
    const { codes } = await mia.addApp(clock);
    const begin = async (password = mia.password): Promise<string> => {
      const answer = (await signInAs(it.daemon, { name: mia.name, password })).json();
      return (answer as { challenge: string }).challenge;
    };
    const finish = (challenge: string, code = codes[0]) =>
      asNobody(it.daemon, '/v1/sign-in/factor', { challenge, factor: { kind: 'recovery', code } });

    const old = await begin();
    const changed = await mia.send('POST', '/v1/me/password', {
      current: mia.password,
      password: 'Another-long-word-77',
    });
    expect(changed.status, changed.text).toBe(200);
    const late = await finish(old);
    expect(late.status, late.text).toBe(401);

    const before = await begin('Another-long-word-77');
    const key = softAuthenticator();
    expect((await mia.addPasskey(key, { factor: { kind: 'recovery', code: codes[1] } })).status).toBe(200);
    expect((await finish(before)).status).toBe(401);

    // Neither of the two used up the code.
    expect((await finish(await begin('Another-long-word-77'))).status).toBe(200);
  },
);
