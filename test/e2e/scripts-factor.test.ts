// A second factor over a version (A11, S3): what it is proved over is what is approved, and who has none or may only look approves
// nothing.
import { appCode, softAuthenticator, verifies } from '@castellan/testkit';
import { expect, vi } from 'vitest';
import { type Account, admin, joined, movableClock, passkeyProof } from './support/accounts.ts';
import { deskOf } from './support/scripts.ts';
import { ofKind, world } from './support/world.ts';

vi.setConfig({ testTimeout: 180_000 });

const approve = (account: Account, name: string, digest: string, factor?: unknown) =>
  account.send('POST', `/v1/scripts/${name}/approve`, { digest, ...(factor !== undefined && { factor }) });
const optionsFor = (account: Account, name: string, digest: string) =>
  account.post<{ options: Parameters<typeof passkeyProof>[1] }>(`/v1/scripts/${name}/factor`, { digest });

verifies(
  ['S3', 'A11', 'A12'],
  'approving a script takes the second factor over these very bytes, once; whoever has none, or may only look, approves nothing',
  async () => {
    const clock = movableClock();
    await using it = await world({}, { env: clock.env });
    const desk = deskOf(it);
    const mia = await admin(it.daemon);
    const [one, two] = [await desk.propose('one', 'result = 1'), await desk.propose('two', 'result = 2')];
    expect((await desk.review('one', one.digest)).factorNeeded).toBe(false);

    const ada = await joined(mia, 'ada', 'approver');
    const vic = await joined(mia, 'vic', 'viewer');
    const { secret } = await mia.addApp(clock);
    const key = softAuthenticator();
    clock.forward(30_000);
    await mia.addPasskey(key, { factor: { kind: 'totp', code: appCode(secret, clock.now()) } });
    expect((await desk.review('one', one.digest)).factorNeeded).toBe(true);

    const bare = await approve(mia, 'one', one.digest);
    expect([bare.status, bare.json()]).toMatchObject([403, { error: 'factor_required', hint: expect.any(String) }]);
    expect((await approve(ada, 'one', one.digest)).json()).toMatchObject({
      error: 'factor_required',
      message: expect.stringContaining('you have none'),
    });
    expect((await approve(vic, 'one', one.digest)).json()).toMatchObject({ error: 'not_permitted' });
    // Proved over another version, over another script's, over an account: none of these.
    const other = await optionsFor(mia, 'two', two.digest);
    const wrong = await approve(mia, 'one', one.digest, passkeyProof(key, other.options, it.daemon));
    expect(wrong.status).toBe(403);
    const { factor } = await mia.accountProof(key);
    expect((await approve(mia, 'one', one.digest, factor)).status).toBe(403);
    // Of a version that there is not, nothing is proved.
    expect((await mia.send('POST', '/v1/scripts/one/factor', { digest: two.digest })).status).toBe(404);

    const right = await optionsFor(mia, 'one', one.digest);
    const proof = passkeyProof(key, right.options, it.daemon);
    expect((await approve(mia, 'one', one.digest, proof)).json()).toMatchObject({ state: { kind: 'approved' } });
    expect((await approve(mia, 'two', two.digest, proof)).status).toBe(403);
    clock.forward(60_000);
    const code = { kind: 'totp', code: appCode(secret, clock.now()) };
    expect((await approve(mia, 'two', two.digest, code)).status).toBe(200);
    const again = await desk.post('/two/disable', { reason: '' });
    expect(again.status, again.text).toBe(200);
    const restored = await mia.send('POST', '/v1/scripts/two/restore', { digest: two.digest, factor: code });
    expect(restored.status, 'a code is good once').toBe(403);

    const yes = ofKind(await it.records(), 'script').filter(({ change }) => change === 'approved');
    expect(yes.map(({ factor: shown, digest }) => [shown, digest])).toEqual([
      ['passkey', one.digest],
      ['totp', two.digest],
    ]);
  },
);
