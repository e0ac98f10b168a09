// An agent that is held while its key is fetched: nothing of its request leaves any more (R3, X6).
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { modelsSchema } from '@castellan/contract';
import { createBroker } from '@castellan/gateway';
import { json, startModelServer, verifies } from '@castellan/testkit';
import { expect } from 'vitest';

verifies(['R3', 'X6'], 'a request whose agent is held while its key is fetched reaches no server', async () => {
  await using model = await startModelServer(json({ choices: [] }));
  const upstream = { url: `http://127.0.0.1:${model.port}`, api: 'openai', secret: 'MODEL_KEY' };
  let [held, holds] = [false, false];
  using broker = createBroker({
    clock: { now: Date.now, monotonic: () => performance.now(), after: () => () => undefined },
    settings: () => ({ models: modelsSchema.parse({ upstreams: { mine: upstream } }), cloud: [] }),
    budget: async () => ({ kind: 'may', session: 'session_aaaaaaaa', task: 'task_aaaaaaaa' }),
    async key() {
      held = holds;
      return { kind: 'key', value: 'the-key' };
    },
    redact: (value) => ({ value, count: 0, canaries: [] }),
    redactAnswer: (bytes) => bytes,
    canary: async () => undefined,
    frozen: () => held,
    spent: () => undefined,
    record: () => undefined,
    refused: () => undefined,
  });
  const serve = (out: ServerResponse): Promise<void> =>
    broker.serve({
      ...{ agent: 'agent_aaaaaaaa', method: 'POST', upstream: 'mine', rest: 'v1/chat/completions' },
      ...{ headers: { 'content-type': 'application/json' }, placeholder: 'castellan-key', out },
      body: Buffer.from('{"model":"m","messages":[]}'),
    });
  const door = createServer((request, out) => void request.resume().once('end', () => void serve(out)));
  await new Promise<void>((listening) => door.listen(0, '127.0.0.1', listening));
  const ask = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${(door.address() as AddressInfo).port}/`, { method: 'POST', body: '{}' })).status;
  try {
    expect([await ask(), model.seen.length]).toEqual([200, 1]);
    holds = true;
    expect([await ask(), model.seen.length]).toEqual([403, 1]);
  } finally {
    door.closeAllConnections();
    door.close();
  }
});
