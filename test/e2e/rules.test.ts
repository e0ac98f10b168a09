// Rules over the API as a page needs them: their text and what their tests say, one's own written only when it is good, and
// calls tried out under any preset without leaving a trace.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sleep, type World, world } from './support/world.ts';

const RULE = (matches: boolean) => `schema: castellan/rules/v1
rules:
  - id: MY-01
    tier: strict
    title: No letters to the press
    on: { tools: ['mail/send'] }
    if: has(call.args.to) && call.args.to.endsWith("@press.example")
    reason: this goes to the press
    remedy: ask first
    tests:
      - name: the press
        call: { tool: mail/send, input: { to: ed@press.example, subject: a, body: b } }
        matches: ${matches}
      - name: a client
        call: { tool: mail/send, input: { to: a@acme.com, subject: a, body: b } }
        matches: false
`;

interface File {
  readonly path: string;
  readonly source: string;
  readonly digest: string;
  readonly tests: readonly { readonly passed: boolean }[];
}

let it: World;
beforeAll(async () => {
  it = await world();
});
afterAll(() => it[Symbol.asyncDispose]());

/** The size of the ledger, once it has not grown for a while. */
async function quiet(): Promise<number> {
  for (let size = -1; ; ) {
    const now = (await it.status()).ledger.size;
    if (now === size) return size;
    size = now;
    await sleep(400);
  }
}

const files = async (): Promise<readonly File[]> =>
  ((await it.daemon.request('GET', '/v1/rules')).json() as { files: readonly File[] }).files;
const write = (text: string, was: string | null = null, path = 'rules/mine.yaml') =>
  it.daemon.request('POST', '/v1/rules', { body: { path, text, was } });
const mine = () => join(it.daemon.home, 'rules', 'mine.yaml');

test('the shipped rules are told as text, each with tests that hold', async () => {
  const shipped = await files();
  expect(shipped.length).toBeGreaterThan(2);
  for (const file of shipped) {
    expect(file.source).toBe('shipped');
    expect(
      file.tests.every(({ passed }) => passed),
      file.path,
    ).toBe(true);
  }
  expect(shipped.flatMap(({ tests }) => tests).length).toBeGreaterThan(50);
});

verifies(
  ['G-U', 'P12', 'P13'],
  'a rule file whose tests fail, or that is no rule file, is never in force',
  async () => {
    const before = (await it.status()).policy.digest;
    for (const [text, said] of [
      [RULE(false), 'the press'],
      ['rules: [', 'rules/mine.yaml'],
      [RULE(true).replace('endsWith(', 'endsWidth('), 'rules/mine.yaml'],
    ] as const) {
      const refused = await write(text);
      expect(refused.status, refused.text).toBe(400);
      expect(refused.text).toContain(said);
    }
    expect(existsSync(mine())).toBe(false);
    expect((await it.status()).policy.digest).toBe(before);
    expect(readdirSync(join(it.daemon.home, 'daemon')).filter((name) => name.startsWith('rehearsal'))).toEqual([]);
    for (const path of ['rules/../config.yaml', 'config.yaml', 'rules/x/y.yaml', '/etc/x.yaml'])
      expect((await write(RULE(true), null, path)).status, path).toBe(400);
  },
);

verifies(['G-U', 'P12'], 'a good one is in force at once, is not overwritten unseen, and goes again', async () => {
  expect((await write(RULE(true))).status).toBe(200);
  expect(readFileSync(mine(), 'utf8')).toBe(RULE(true));
  const tried = await it.daemon.request('POST', '/v1/try', {
    body: { tool: 'mail/send', input: { to: 'x@press.example', subject: 's', body: 'b' }, cwd: '/tmp' },
  });
  expect(tried.json()).toMatchObject({
    verdict: { outcome: 'confirm', reasons: expect.arrayContaining([expect.objectContaining({ id: 'MY-01' })]) },
  });
  const [file] = (await files()).filter(({ source }) => source === 'user');
  expect(file).toMatchObject({ path: 'rules/mine.yaml', tests: [{ passed: true }, { passed: true }] });
  expect((await write(RULE(true), null)).status).toBe(409);
  expect((await write('', file?.digest ?? null)).status).toBe(200);
  expect(existsSync(mine())).toBe(false);
});

verifies(['P3'], 'a call is tried under each preset, and nothing of it is recorded', async () => {
  // What the test before changed is told to the ledger a moment later.
  const size = await quiet();
  const outcomes: Record<string, string> = {};
  for (const preset of ['supervised', 'autonomous', 'full-auto']) {
    const response = await it.daemon.request('POST', '/v1/try', {
      body: { tool: 'Bash', input: { command: 'touch notes.txt', description: 'x' }, cwd: '/srv/site', preset },
    });
    expect(response.status, response.text).toBe(200);
    outcomes[preset] = (response.json() as { verdict: { outcome: string } }).verdict.outcome;
  }
  expect(outcomes['full-auto']).toBe('allow');
  const deny = await it.daemon.request('POST', '/v1/try', {
    body: { tool: 'Bash', input: { command: 'rm -rf ~', description: 'x' }, cwd: '/srv/site', preset: 'full-auto' },
  });
  expect(deny.json()).toMatchObject({ verdict: { outcome: 'deny' } });
  expect(await quiet()).toBe(size);
});

test('a call with a folder that is not absolute, or a tool that is none, is refused by its field', async () => {
  for (const body of [
    { tool: 'Bash', input: {}, cwd: 'here' },
    { tool: '', input: {}, cwd: '/' },
    { tool: 'a/b/c', input: {}, cwd: '/' },
  ])
    expect((await it.daemon.request('POST', '/v1/try', { body })).status, JSON.stringify(body)).toBe(400);
});
