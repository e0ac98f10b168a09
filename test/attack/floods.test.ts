// Whoever floods us shuts out nobody but themselves (D1): somebody else's page, and programs without a credential.
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { browser, plain, program, refresh, signInReply } from '../e2e/support/people.ts';
import { type World, world } from '../e2e/support/world.ts';

let it: World;
beforeAll(async () => {
  it = await world();
});
afterAll(() => it[Symbol.asyncDispose]());

async function flood(headers: Readonly<Record<string, string>>, until429 = true): Promise<ReadonlySet<number>> {
  const seen = new Set<number>();
  for (let n = 0; n < 150 && !(until429 && seen.has(429)); n += 1)
    for (const { status } of await Promise.all(
      Array.from({ length: 20 }, () => plain(it.daemon, 'GET', '/v1/setup', { headers })),
    ))
      seen.add(status);
  return seen;
}

verifies(['D1', 'A8'], 'a page of another site that floods us closes neither sign-in nor what is open', async () => {
  const signedIn = await program(it.daemon);
  expect(await flood({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).toContain(429);
  expect((await plain(it.daemon, 'GET', '/v1/setup')).status).toBe(200);
  expect((await signInReply(it.daemon)).status).toBe(200);
  expect((await plain(it.daemon, 'POST', '/v1/sign-in/passkey/options')).status).not.toBe(429);
  expect((await refresh(it.daemon, signedIn.refresh)).status).toBe(200);
});

verifies(
  ['D1'],
  'a program that floods a public route closes neither sign-in, nor passkeys, nor a refresh',
  async () => {
    const signedIn = await program(it.daemon);
    expect(await flood({})).toContain(429);
    expect((await signInReply(it.daemon)).status).toBe(200);
    expect((await plain(it.daemon, 'POST', '/v1/sign-in/passkey/options')).status).not.toBe(429);
    expect((await refresh(it.daemon, signedIn.refresh)).status).toBe(200);
    expect((await (await browser(it.daemon)).send('GET', '/v1/me')).status).toBe(200);
  },
);
