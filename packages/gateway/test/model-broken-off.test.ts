// A model server, or an agent that is both sides of one, breaks off at the worst moment. An error that nobody hears ends the daemon, and
// then every hook refuses (D1): a request that was answered is never sent again, and what comes after its end is heard by somebody.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { modelsSchema } from '@castellan/contract';
import { createAsker } from '@castellan/gateway';
import { sse, startModelServer, uncaught, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { createConnector } from '../src/model/connect.ts';
import { targetOf } from '../src/model/upstream.ts';
import { harness, PLACEHOLDER } from './support/harness.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (what: () => boolean): Promise<void> => {
  for (let tries = 0; !what(); tries += 1) {
    if (tries > 1000) throw new Error(`never: ${what}`);
    await sleep(10);
  }
};

const CHAT_PATH = '/model/mine/v1/chat/completions';

/** One request as it stands on the wire, so that two can be sent before the first is answered. */
function raw(what: string): string {
  const body = JSON.stringify({ model: what, stream: true, messages: [] });
  return `POST ${CHAT_PATH} HTTP/1.1\r\nHost: castellan\r\nx-api-key: ${PLACEHOLDER}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

verifies(['D1', 'X5'], 'a request that was answered with a failure is not sent again', async () => {
  using stray = uncaught();
  const warm: ServerResponse[] = [];
  const begun = { 'content-type': 'text/event-stream' };
  let trickling: ServerResponse | null = null;
  const asked: string[] = [];
  await using server = await startModelServer((response, { body }) => {
    const { model } = JSON.parse(body) as { model: string };
    asked.push(model);
    if (model === 'warm') {
      warm.push(response);
      // Both at once: two connections that are kept.
      if (warm.length === 2) for (const each of warm) each.writeHead(200, begun).end(sse('[DONE]'));
    } else if (model === 'trickle') {
      trickling = response.writeHead(200, begun);
      const timer = setInterval(() => response.write(sse({ a: 1 })), 200);
      response.once('close', () => clearInterval(timer));
    }
    // Nothing is said to the first of these; one that came again would be answered.
    else if (asked.filter((each) => each === 'silent').length > 1)
      response.writeHead(200, begun).end(sse({ again: true }));
  });
  const upstream = { url: `http://127.0.0.1:${server.port}`, api: 'openai', stallSeconds: 3 };
  await using it = await harness({ upstreams: { mine: upstream } });
  const warming = { model: 'warm', stream: true, messages: [] };
  await Promise.all([it.post(CHAT_PATH, warming), it.post(CHAT_PATH, warming)]);

  const client = connect(it.port, '127.0.0.1');
  let got = '';
  client.on('data', (part) => {
    got += String(part);
  });
  try {
    // The second is answered behind the first, so that its answer has no connection yet and is not over when it was given.
    client.write(raw('trickle') + raw('silent'));
    await until(() => it.records.length >= 3);
    await sleep(300);
    expect(stray.errors).toEqual([]);
    expect(asked.toSorted()).toEqual(['silent', 'trickle', 'warm', 'warm']);
    // On the kept connections: a request of a new one would not be sent again in any case.
    expect(server.connections()).toBe(2);
    (trickling as ServerResponse | null)?.end();
    await until(() => got.includes('sent nothing for 3 s'));
    expect(got).toContain('HTTP/1.1 504 ');
    expect(it.records.map(({ text = '' }) => text.includes('sent nothing')).filter(Boolean)).toHaveLength(1);
  } finally {
    client.destroy();
  }
  expect(stray.errors).toEqual([]);
});

/** A server that answers each request with bytes of the test, in the writes the test wants, and keeps the connection. */
async function startBytes(answer: readonly string[]): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let told = '';
    socket.on('data', async (part) => {
      told += String(part);
      if (!told.endsWith('}')) return;
      told = '';
      for (const each of answer) {
        socket.write(each);
        await sleep(100);
      }
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const modelsFor = (port: number) =>
  modelsSchema.parse({ upstreams: { mine: { url: `http://127.0.0.1:${port}`, api: 'openai' } } });
const asking = (port: number) =>
  createAsker({
    settings: () => ({ models: modelsFor(port), cloud: [] }),
    key: async () => ({ kind: 'no-key', why: 'none', hint: '' }),
  });
const question = (signal: AbortSignal) => ({
  ...{ upstream: 'mine', model: 'm', system: 's', prompt: 'p', maxTokens: 10 },
  signal,
});

/** An answer of so many bytes, the last few of them in a read of their own. */
function sized(bytes: number): readonly string[] {
  const said = JSON.stringify({ choices: [{ message: { content: 'a sentence' } }] }).padEnd(bytes);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: keep-alive\r\ncontent-length: ${bytes}\r\n\r\n`;
  return [head + said.slice(0, -500), said.slice(-500)];
}

const MOST = 262_144;
for (const [bytes, answered] of [
  [MOST, { kind: 'text', text: 'a sentence' }],
  [MOST + 1, { kind: 'failed', why: 'its answer is too long' }],
] as const)
  verifies(['D1'], `an answer of ${bytes} bytes that ends with the piece that decides`, async () => {
    using stray = uncaught();
    await using server = await startBytes(sized(bytes));
    using asker = asking(server.port);
    // Again: a connection that was kept is told of no error of the question before.
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push(await asker.ask(question(AbortSignal.timeout(20_000))));
    await sleep(100);
    expect({ answers, errors: stray.errors }).toEqual({ answers: [answered, answered, answered], errors: [] });
  });

verifies(
  ['D1'],
  'a request broken off with the last piece of its answer leaves no error that nobody hears',
  async () => {
    using stray = uncaught();
    await using server = await startBytes(sized(1000));
    using connector = createConnector();
    const target = targetOf(modelsFor(server.port), 'mine');
    if (target.kind === 'failure') throw new Error(target.message);
    for (let n = 0; n < 3; n += 1) {
      const request = connector.send(target, 'POST', '/v1/chat/completions', { 'content-length': '2' });
      request.on('error', () => undefined);
      request.end('{}');
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size === 1000) request.destroy(new Error('just now'));
      });
      // By reading it as a whole, its end is told before the error of the socket.
      await text(answer).catch(() => '');
    }
    await sleep(100);
    expect(stray.errors).toEqual([]);
  },
);

verifies(['D1'], 'a server that wants to speak something else has said no', async () => {
  using stray = uncaught();
  const answer = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\nhello';
  await using server = await startBytes([answer]);
  using asker = asking(server.port);
  const said = await Promise.race([asker.ask(question(AbortSignal.timeout(30_000))), sleep(40_000)]);
  expect(said).toMatchObject({ kind: 'failed', why: expect.not.stringContaining('too long') });
  expect(stray.errors).toEqual([]);
});
