// Manifests of one's own, as the person and the agent see them: believed only as they were accepted, and a change of one
// byte takes the belief away until somebody accepts it again (P10).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyView } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { type TestAgent, until, type World, world } from './support/world.ts';

const manifest = (safe: readonly string[]): string => `schema: castellan/module/v1
name: things
version: 1.0.0
title: Things
start: { kind: mcp, command: things }
tools:
  safe: [${safe.map((name) => `{ name: ${name}, label: ${name} }`).join(', ')}]
`;

let it: World;
let agent: TestAgent;
const policy = async (): Promise<PolicyView> => (await it.daemon.request('GET', '/v1/policy')).json() as PolicyView;
const change = (body: unknown) => it.daemon.request('POST', '/v1/policy', { body });
const things = async () => (await policy()).modules.find((each) => each.manifest.name === 'things');
const write = async (safe: readonly string[]): Promise<void> => {
  writeFileSync(join(it.daemon.home, 'modules', 'things.yaml'), manifest(safe));
  expect((await change({ change: 'reload' })).status).toBe(200);
};
/** Whether a call passes without a person. Otherwise the question is denied, so that nothing waits. */
async function passes(tool: string): Promise<boolean> {
  const decision = agent.check(`things/${tool}`, {});
  const asked = until('an answer or a question', async () => {
    const [approval] = (await it.approvals()).filter(({ state }) => state.kind === 'pending');
    return approval;
  }).then(
    (approval) => it.deny(approval),
    () => undefined,
  );
  const first = await Promise.race([decision, asked.then(() => decision)]);
  return first.kind === 'run';
}

beforeAll(async () => {
  it = await world();
  agent = await it.connect();
  mkdirSync(join(it.daemon.home, 'modules'), { recursive: true });
});
afterAll(() => it[Symbol.asyncDispose]());

verifies(['P10'], 'a new manifest, an accepted one, a changed one', async () => {
  await write(['look']);
  const written = await things();
  expect(written).toMatchObject({ accepted: false, source: 'modules/things.yaml' });
  expect((await it.status()).policy.unaccepted, 'a person is told').toEqual(['things']);
  expect(await passes('look'), 'not accepted').toBe(false);

  expect((await change({ change: 'accept', module: 'things', digest: written?.digest })).status).toBe(200);
  expect((await things())?.accepted).toBe(true);
  expect(await passes('look'), 'accepted').toBe(true);

  await write(['look', 'wipe']);
  expect((await things())?.accepted).toBe(false);
  expect(await passes('look'), 'changed: what was accepted before is not believed either').toBe(false);
  expect(await passes('wipe'), 'slipped in').toBe(false);

  const stale = await change({ change: 'accept', module: 'things', digest: written?.digest });
  expect(stale.status, 'what is accepted is what was looked at').toBe(400);
  expect((await things())?.accepted).toBe(false);
});

verifies(['P10'], 'no agent accepts, and nobody accepts what is not there', async () => {
  const own = await things();
  const body = { change: 'accept', module: 'things', digest: own?.digest };
  const asAgent = await it.daemon.request('POST', '/v1/policy', { body, token: agent.credential });
  expect(asAgent.status).toBe(403);
  expect((await things())?.accepted).toBe(false);
  for (const module of ['claude-code', 'nowhere']) {
    const refused = await change({ ...body, module });
    expect(refused.status, module).toBe(400);
  }
});
