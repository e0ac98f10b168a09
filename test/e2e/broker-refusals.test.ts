// Model requests that go nowhere leave a record too, and whoever sends them without end fills no ledger.
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { ofKind, until, type World, world } from './support/world.ts';

const CHAT = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
const SECRET = 'a-long-passphrase-that-is-kept-and-would-be-cut-in-two-77';
const BAIT = 'planted-credential-4242';

async function keyed(it: World, name = 'coder') {
  const agent = await it.connect(name);
  const made = await it.daemon.request('POST', `/v1/agents/${agent.id}/model-key`);
  const { key } = made.json() as { key: string };
  const ask = (path: string, token = key) => it.daemon.request('POST', path, { token, body: CHAT });
  return { agent, key, ask };
}
async function keep(it: World, name: string, value: string, more: object = {}): Promise<void> {
  const body = { name, value, uses: [{ kind: 'host', name: 'nowhere.invalid' }], ...more };
  const added = await it.daemon.request('POST', '/v1/secrets', { body });
  expect(added.status, added.text).toBe(200);
}
const refusals = async (it: World, count: number) =>
  until(`${count} refusals`, async () => {
    const found = ofKind(await it.records(), 'refusal');
    return found.length >= count ? found : undefined;
  });

verifies(
  ['X5', 'L1', 'A5'],
  'an unknown server, a path that is not passed on and a credential in the wrong place are each recorded',
  async () => {
    await using it = await world();
    const { agent, key, ask } = await keyed(it);
    expect((await ask('/model/nope/v1/chat/completions')).status).toBe(400);
    expect((await ask('/model/ollama/v1/files')).status).toBe(404);
    expect((await ask('/model/ollama/v1/models?api_key=0')).status).toBe(404);
    expect((await ask('/model/ollama/v1/chat/completions', agent.credential)).status).toBe(403);
    expect((await it.daemon.request('GET', '/v1/secrets', { token: key })).status).toBe(403);
    expect((await it.daemon.request('GET', '/v1/secrets', { token: agent.credential })).status).toBe(403);
    // Nobody known: anybody on the machine could write it as often as they like.
    expect((await ask('/model/nope/v1/chat/completions', `${key}0`)).status).toBe(401);
    const found = await refusals(it, 6);
    const [model, own] = [`model:${agent.id}`, `agent:${agent.id}`];
    expect(found.map(({ who, what, text }) => [who, what, text])).toEqual([
      [model, 'POST /model/nope/v1/chat/completions', expect.stringContaining('no model server is called `nope`')],
      [model, 'POST /model/ollama/v1/files', expect.stringContaining('is not passed on to `ollama`')],
      [model, 'POST /model/ollama/v1/models?api_key=0', expect.stringContaining('is not passed on')],
      [own, 'POST /model/:upstream/*', expect.stringContaining('models:use')],
      [model, 'GET /v1/secrets', expect.stringContaining('secrets:read')],
      [own, 'GET /v1/secrets', expect.stringContaining('secrets:read')],
    ]);
  },
);

verifies(
  ['X5', 'X2', 'X6'],
  'a secret in a path that goes nowhere stands in no record, not even in part, and a planted one is noticed',
  async () => {
    await using it = await world();
    await keep(it, 'PASSPHRASE', SECRET);
    await keep(it, 'BAIT', BAIT, { canary: true });
    const { ask } = await keyed(it);
    for (const path of [`/model/${SECRET}/v1/models`, `/model/ollama/v1/${'x'.repeat(40)}/${SECRET}`]) {
      const { text } = await ask(path);
      expect(text).not.toContain('a-long-pass');
    }
    const records = await refusals(it, 2);
    expect(JSON.stringify(records)).not.toContain('a-long-pass');
    expect(records[0]?.what).toBe('POST /model/[REDACTED:PASSPHRASE]/v1/models');
    expect((await ask(`/model/ollama/v1/${BAIT}`)).text).not.toContain(BAIT);
    expect(ofKind(await it.records(), 'incident')).toMatchObject([{ secret: 'BAIT', seen: 'model-request' }]);
    expect((await it.status()).agents[0]?.frozen).not.toBeNull();
  },
);

verifies(['X5', 'L1', 'D1'], 'a flood of refused requests is a number in the ledger, of each kind', async () => {
  await using it = await world({ cloud: { services: [] } });
  const { agent, ask } = await keyed(it);
  const other = await keyed(it, 'other');
  const FLOOD = 200;
  for (const send of [
    () => ask('/model/nope/v1/chat/completions'),
    () => ask('/model/ollama/v1/chat/completions', agent.credential),
    // Asked well, and refused by a setting.
    () =>
      it.daemon.request('POST', '/model/ollama/v1/chat/completions', {
        token: other.key,
        body: { ...CHAT, model: 'glm:cloud' },
      }),
  ]) {
    for (let n = 0; n < FLOOD; n += 1) expect((await send()).status).toBeGreaterThanOrEqual(400);
  }
  const records = await it.records();
  const refused = ofKind(records, 'refusal');
  const asked = ofKind(records, 'model');
  for (const one of [
    refused.filter(({ who }) => who === `model:${agent.id}`),
    refused.filter(({ who }) => who === `agent:${agent.id}`),
    asked,
  ]) {
    expect(one.length).toBeGreaterThan(10);
    // Sixty a minute; two minutes where the machine is slow.
    expect(one.length).toBeLessThanOrEqual(120);
    expect(one.some(({ text }) => text?.includes('are only counted'))).toBe(true);
  }
});
