// A model of the user's phrases what a critical tool would do (H10): beside the sentence of the manifest, from what the card
// shows, marked, late or never; and nothing is decided by it.
import { json, type ModelServer, startModelServer, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { MAIL, SEND, until, type World, world } from './support/world.ts';

const LETTER = { to: 'client@acme.com', subject: 'Offer', body: 'Token AKIAQYLPMN5HHHFPZAM2 inside.' };
const PHRASED = 'Sends an e-mail with the offer to client@acme.com.';

const config = (port: number, timeoutSeconds = 20) => ({
  models: { upstreams: { mine: { url: `http://127.0.0.1:${port}`, api: 'openai' } } },
  summary: { upstream: 'mine', model: 'small', timeoutSeconds },
});

async function ask(it: World, tool = SEND, input: Readonly<Record<string, unknown>> = LETTER) {
  const agent = await it.connect('mailer');
  const answering = agent.pre(tool, input, tool === SEND ? { session: 'p', server: MAIL } : { session: 'p' });
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  return { answering, approval };
}
const now = async (it: World, id: string) => (await it.approvals()).find((each) => each.id === id);

verifies(
  ['H10', 'X2'],
  'the model is told redacted arguments and its sentence comes beside the template, marked',
  async () => {
    await using server = await startModelServer(
      json({ choices: [{ message: { role: 'assistant', content: `"${PHRASED}\u202e\n"` } }] }),
    );
    await using it = await world(config(server.port));
    const { answering, approval } = await ask(it);
    expect(approval.summary).toContain('client@acme.com');
    const phrased = await until('the phrasing', async () => (await now(it, approval.id))?.phrasing);
    expect(phrased).toEqual({ text: PHRASED, model: 'small' });
    const [seen] = server.seen;
    expect(seen?.url).toBe('/v1/chat/completions');
    expect(seen?.body).toContain('client@acme.com');
    expect(seen?.body).not.toContain('AKIAQYLPMN5HHHFPZAM2');
    expect((await now(it, approval.id))?.digest).toBe(approval.digest);
    await it.deny(approval);
    expect((await answering).verdict).toBe('deny');
  },
);

async function withoutPhrasing(server: ModelServer, timeoutSeconds: number): Promise<void> {
  await using it = await world(config(server.port, timeoutSeconds));
  const { answering, approval } = await ask(it);
  await until('the question to the model', () => (server.seen.length > 0 ? true : undefined));
  expect((await it.approve(approval)).status).toBe(200);
  expect((await answering).verdict).toBe('allow');
  expect((await now(it, approval.id))?.phrasing).toBeUndefined();
}

verifies(['H10'], 'a model that never answers, or answers nonsense, delays and changes nothing', async () => {
  await using silent = await startModelServer(() => undefined);
  await withoutPhrasing(silent, 60);
  await using odd = await startModelServer(json({ choices: 'none' }));
  await withoutPhrasing(odd, 60);
});

verifies(
  ['H10'],
  'only a critical tool at confirm is told to a model, and with default settings nothing is',
  async () => {
    await using server = await startModelServer(json({ choices: [{ message: { content: PHRASED } }] }));
    await using it = await world(config(server.port));
    const { answering, approval } = await ask(it, 'Bash', { command: 'make deploy', description: 'x' });
    await it.deny(approval);
    await answering;
    await using plain = await world({ models: config(server.port).models });
    const second = await ask(plain);
    await plain.deny(second.approval);
    await second.answering;
    expect(server.seen).toEqual([]);
  },
);
