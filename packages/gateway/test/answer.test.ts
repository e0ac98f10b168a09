// What comes back through the broker: at once, without the key, at the reader's pace, and with a clear end whatever happens.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort, json, sse, startModelServer, streamed, tempFolder, verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEvents } from '../src/model/events.ts';
import { type Harness, harness, KEY, PLACEHOLDER } from './support/harness.ts';

const CHAT = { model: 'm', stream: true, messages: [] };
const mine = (port: number, more: object = {}) => ({
  upstreams: { mine: { url: `http://127.0.0.1:${port}`, api: 'openai', secret: 'MODEL_KEY', ...more } },
});
const CHAT_PATH = '/model/mine/v1/chat/completions';

/** An answer whose pieces the test reads itself. */
function open(it: Harness, path = CHAT_PATH) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { 'x-api-key': PLACEHOLDER };
  const request = httpRequest({ port: it.port, method: 'POST', path, agent: false, headers }, resolve);
  request.once('error', reject);
  request.end(JSON.stringify(CHAT));
  return { request, answer: promise };
}
const piece = (answer: IncomingMessage): Promise<string> =>
  new Promise((resolve) => answer.once('data', (chunk: Buffer) => resolve(chunk.toString())));
const until = async (what: () => boolean): Promise<void> => {
  for (let tries = 0; !what(); tries += 1) {
    if (tries > 3000) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

verifies(['X5'], 'each piece goes on before the next one is there', async () => {
  const steps: (() => void)[] = [];
  await using server = await startModelServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const n of [1, 2, 3]) steps.push(() => response.write(sse({ n })));
    steps.push(() => response.end());
  });
  await using it = await harness(mine(server.port));
  const { answer } = open(it);
  // The head alone is passed on: the first token may be a minute away.
  const got = await answer;
  for (const n of [1, 2, 3]) {
    const next = piece(got);
    steps[n - 1]?.();
    expect(await next).toBe(`data: {"n":${n}}\n\n`);
  }
  steps[3]?.();
  await text(got);
  await until(() => it.records.length === 1);
});

verifies(['X5', 'G-S02'], 'an upstream that gives the key back, cut anywhere, gives it to nobody', async () => {
  const whole = Buffer.from(
    sse(
      { echo: KEY, b64: Buffer.from(`x${KEY}`).toString('base64'), url: encodeURIComponent(`${KEY}+/=`) },
      `${KEY}${KEY}`,
    ),
  );
  let cuts: readonly number[] = [];
  await using server = await startModelServer(async (response) => {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'x-request-id': KEY,
      'openai-key-was': KEY,
      'set-cookie': KEY,
    });
    let from = 0;
    for (const cut of [...cuts, whole.length]) {
      response.write(whole.subarray(from, cut));
      from = cut;
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  });
  await using it = await harness(mine(server.port));
  const cutAnywhere = fc
    .uniqueArray(fc.nat(whole.length), { maxLength: 12 })
    .map((list) => list.toSorted((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(cutAnywhere, async (list) => {
      cuts = list;
      const got = await it.post(CHAT_PATH, CHAT);
      expect(got.status).toBe(200);
      expect(got.text).toContain('[REDACTED:MODEL_KEY]');
      const all = got.text + JSON.stringify(got.headers);
      expect(all).not.toContain(KEY.slice(4));
      expect(all).not.toContain(Buffer.from(KEY.slice(2)).toString('base64').slice(2, 20));
      expect(got.headers['set-cookie']).toBeUndefined();
      expect(got.headers['x-request-id']).toBe('[REDACTED:MODEL_KEY]');
    }),
    { numRuns: 60 },
  );
});

verifies(['X5', 'G-S02'], 'when a piece goes on tells nothing: one that may begin the key goes at once', async () => {
  const steps: (() => void)[] = [];
  // What an agent would send itself through a server of its own: every beginning of the key, in several dresses.
  const probes = [4, 8, 12, KEY.length - 1].flatMap((size) => {
    const begun = KEY.slice(0, size);
    return [
      begun,
      `${begun}\\u00`,
      `${begun}" + "`,
      Buffer.from(begun).toString('base64'),
      Buffer.from(begun).toString('hex'),
    ];
  });
  await using server = await startModelServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const probe of probes) steps.push(() => response.write(`data: ${probe}\n\n`));
    steps.push(() => response.end());
  });
  await using it = await harness(mine(server.port));
  const { answer } = open(it);
  const got = await answer;
  for (const [n, probe] of probes.entries()) {
    const next = piece(got);
    steps[n]?.();
    expect(await next).toBe(`data: ${probe}\n\n`);
  }
  steps[probes.length]?.();
  await text(got);
});

test('an event is one however its lines end and wherever it is cut', () => {
  const line = fc.constantFrom('data: x', 'data:', ': c', '', 'a', '\u00e9');
  const end = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(line, end), { maxLength: 12 }),
      fc.array(fc.nat(80), { maxLength: 8 }),
      (lines, cuts) => {
        const whole = Buffer.from(lines.map(([text, by]) => text + by).join(''));
        const events = createEvents();
        const got: Buffer[] = [];
        let from = 0;
        for (const cut of [...cuts.map((at) => Math.min(at, whole.length)).toSorted((a, b) => a - b), whole.length]) {
          got.push(...events.push(whole.subarray(from, cut)));
          from = cut;
        }
        const rest = events.rest();
        expect(Buffer.concat([...got, rest])).toEqual(whole);
        // Nothing whole is waited for, and nothing half goes on.
        expect(rest.toString('latin1')).not.toMatch(/(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r(?!\n))[^\r\n]/);
        for (const event of got) expect(event.toString('latin1')).toMatch(/^\n?$|[\r\n]$/);
      },
    ),
    { numRuns: 500 },
  );
});

verifies(['X5'], 'an event without an end is not collected for ever, nor is an answer', async () => {
  for (const type of ['text/event-stream', 'application/json']) {
    const megabyte = Buffer.alloc(1024 * 1024, 'a');
    await using server = await startModelServer(async (response) => {
      response.writeHead(200, { 'content-type': type });
      response.setMaxListeners(0);
      for (let n = 0; n < 40 && !response.destroyed; n += 1)
        if (!response.write(megabyte))
          await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
      response.end();
    });
    await using it = await harness(mine(server.port));
    const got = await it.post(CHAT_PATH, CHAT);
    expect(got.text).toMatch(/sent an (event|answer) longer than (4|32) MiB/);
    expect(got.text.length).toBeLessThan(1000);
    await until(() => server.aborted() === 1 && it.records.length === 1);
  }
});

verifies(['X5', 'G-S02'], 'a key that comes back as the name of a header or of a host is told to nobody', async () => {
  const lower = 'sk-live-0a1b2c3d4e5f6071';
  const mixed = 'SkReal7F3a9C2e51D84b06';
  await using server = await startModelServer((response, { url }) => {
    if (url.includes('completions')) return response.writeHead(302, { location: `https://${mixed}.example/` }).end();
    return response
      .writeHead(200, {
        'content-type': 'application/json',
        [`openai-${lower}`]: '1',
        [`x-ratelimit-${lower}`]: '2',
        'x-ratelimit-limit-requests': '60',
      })
      .end(`{"echo":"${lower}"}`);
  });
  await using it = await harness({ ...mine(server.port), secrets: { MODEL_KEY: lower } });
  const got = await it.post('/model/mine/v1/embeddings', { model: 'm', input: 'a' });
  expect(got.status).toBe(200);
  expect(got.headers['x-ratelimit-limit-requests']).toBe('60');
  expect(got.text).toBe('{"echo":"[REDACTED:MODEL_KEY]"}');
  expect(JSON.stringify(got)).not.toContain(lower);
  await using other = await harness({ ...mine(server.port), secrets: { MODEL_KEY: mixed } });
  const sent = await other.post(CHAT_PATH, CHAT);
  expect(sent.text).toContain('wants the request to go to another host');
  expect(JSON.stringify([sent, other.records]).toLowerCase()).not.toContain(mixed.toLowerCase());
});

verifies(['X5'], 'an agent that is frozen meanwhile gets no further piece, and its request ends', async () => {
  const steps: (() => void)[] = [];
  await using server = await startModelServer((response, { url }) => {
    const events = url.includes('completions');
    response.writeHead(200, { 'content-type': events ? 'text/event-stream' : 'application/json' });
    response.flushHeaders();
    for (const n of [1, 2]) steps.push(() => void response.write(sse({ n })));
    steps.push(() => void response.end());
  });
  let frozen = false;
  await using it = await harness({ ...mine(server.port), frozen: () => frozen });
  const { answer } = open(it);
  const got = await answer;
  const next = piece(got);
  steps[0]?.();
  expect(await next).toBe(sse({ n: 1 }));
  frozen = true;
  const rest = text(got);
  steps[1]?.();
  expect(await rest).toMatch(/^\n\ndata: \{"error":\{"message":"castellan: this agent is frozen/);
  await until(() => server.aborted() === 1 && it.records.length === 1);
  frozen = false;
  const whole = open(it, '/model/mine/v1/embeddings');
  await until(() => steps.length === 6);
  frozen = true;
  steps[5]?.();
  expect((await whole.answer).statusCode).toBe(403);
});

verifies(['X5'], 'a redirect is not followed: its host is named, its path is not', async () => {
  await using other = await startModelServer(json({}));
  for (const status of [301, 302, 303, 307, 308, 300, 304]) {
    await using server = await startModelServer((response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${other.port}/steal?key=${KEY}` }).end(),
    );
    await using it = await harness(mine(server.port));
    const got = await it.post(CHAT_PATH, CHAT);
    expect(got.status).toBe(502);
    expect(got.headers.location).toBeUndefined();
    expect(got.text).toContain(`wants the request to go to 127.0.0.1:${other.port}; it was not sent there`);
    expect(got.text).not.toContain('steal');
    expect(it.records).toMatchObject([{ status, text: expect.stringContaining('wants the request') }]);
  }
  expect(other.connections()).toBe(0);
});

verifies(['X5'], 'what cannot be redacted or was not asked for is not passed on', async () => {
  await using packed = await startModelServer((response) =>
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('x'),
  );
  await using it = await harness(mine(packed.port));
  expect((await it.post(CHAT_PATH, CHAT)).text).toContain('answered compressed');
  await using refusing = await startModelServer(json({ error: `Incorrect API key: ${KEY}` }, 401));
  await using second = await harness(mine(refusing.port));
  const got = await second.post(CHAT_PATH, CHAT);
  expect(got.status).toBe(502);
  expect(got.text).toContain('did not accept the key `MODEL_KEY`');
  expect(got.text).not.toContain('Incorrect');
  await using limited = await startModelServer((response) =>
    response
      .writeHead(429, {
        'retry-after': '7',
        'anthropic-ratelimit-input-tokens-remaining': '0',
        connection: 'x-hop',
        'x-hop': '1',
        trailer: 'x',
        'strict-transport-security': 'a',
        server: 'b',
      })
      .end('{"error":{"message":"slow down"}}'),
  );
  await using third = await harness(mine(limited.port));
  const slow = await third.post(CHAT_PATH, CHAT);
  expect(slow).toMatchObject({
    status: 429,
    text: '{"error":{"message":"slow down"}}',
    headers: { 'retry-after': '7', 'anthropic-ratelimit-input-tokens-remaining': '0' },
  });
  for (const name of ['x-hop', 'strict-transport-security', 'server', 'trailer'])
    expect(slow.headers[name], name).toBeUndefined();
  expect(third.spent).toEqual([]);
});

verifies(
  ['X5'],
  'a server that is not there, ends early or talks nonsense: one line, in the shape of the API',
  async () => {
    const port = await freePort();
    await using down = await harness({
      upstreams: {
        mine: { url: `http://127.0.0.1:${port}`, api: 'openai' },
        ant: { url: `http://127.0.0.1:${port}`, api: 'anthropic' },
      },
    });
    const openai = await down.post(CHAT_PATH, CHAT);
    expect(openai.status).toBe(502);
    expect(JSON.parse(openai.text)).toEqual({
      error: {
        message: `castellan: \`mine\` does not answer at 127.0.0.1:${port}; start it, or correct \`models.upstreams.mine.url\` in config.yaml`,
        type: 'server_error',
        param: null,
        code: 'castellan',
      },
    });
    expect(openai.headers['x-should-retry']).toBe('false');
    const anthropic = await down.post('/model/ant/v1/messages', CHAT);
    expect(JSON.parse(anthropic.text)).toMatchObject({ type: 'error', error: { type: 'api_error' } });
    const raw = async (bytes: string): Promise<{ status: number; text: string }> => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => (bytes === '' ? socket.destroy() : socket.end(bytes)));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      await using it = await harness(mine((server.address() as { port: number }).port));
      const got = await it.post(CHAT_PATH, CHAT);
      await new Promise((resolve) => server.close(resolve));
      return got;
    };
    expect(await raw('')).toMatchObject({ status: 502, text: expect.stringContaining('broke off') });
    expect(await raw('SSH-2.0-OpenSSH_9\r\n')).toMatchObject({
      status: 502,
      text: expect.stringContaining('cannot be read'),
    });
    expect(await raw('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')).toMatchObject({
      status: 502,
    });
    // Two lengths: whoever reads the one would take the rest for another answer.
    const two = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc';
    expect(await raw(two)).toMatchObject({ status: 502 });
  },
);

verifies(['X5'], 'an answer that breaks off in the middle is told as an error, not as an end', async () => {
  for (const [api, path, event] of [
    ['openai', 'v1/chat/completions', /^data: \{"error":\{"message":"castellan: `mine`/m],
    ['anthropic', 'v1/messages', /^event: error\ndata: \{"type":"error","error":\{"type":"api_error"/m],
  ] as const) {
    await using server = await startModelServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`${sse({ n: 1 })}data: {"half`, () => response.destroy());
    });
    await using it = await harness(mine(server.port, { api }));
    const got = await it.post(`/model/mine/${path}`, CHAT);
    expect(got.text).toMatch(event);
    expect(got.text.startsWith(sse({ n: 1 }))).toBe(true);
  }
  await using server = await startModelServer((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"half', () => response.destroy());
  });
  await using it = await harness(mine(server.port));
  // Nothing of it has gone out, so the agent can be told.
  expect(await it.post(CHAT_PATH, CHAT)).toMatchObject({ status: 502, text: expect.stringContaining('broke off') });
});

verifies(['X5'], 'a server that falls silent is given up: before its answer, and within it', async () => {
  await using silent = await startModelServer(() => undefined);
  await using first = await harness(mine(silent.port, { stallSeconds: 1 }));
  const got = await first.post(CHAT_PATH, CHAT);
  expect(got.status).toBe(504);
  expect(got.text).toContain('sent nothing for 1 s');
  await until(() => silent.aborted() === 1);
  await using stuck = await startModelServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(sse({ n: 1 }));
  });
  await using second = await harness(mine(stuck.port, { stallSeconds: 1 }));
  const begun = await second.post(CHAT_PATH, CHAT);
  expect(begun.status).toBe(200);
  expect(begun.text).toMatch(/^data: \{"n":1\}\n\n\n\ndata: \{"error":.*sent nothing for 1 s/s);
  expect(second.records).toMatchObject([{ status: 200, text: expect.stringContaining('sent nothing') }]);
});

verifies(['X5'], 'a server that drips is slow and not silent', async () => {
  await using server = await startModelServer(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const byte of sse({ n: 1 })) {
      response.write(byte);
      await new Promise((resolve) => setTimeout(resolve, 90));
    }
    response.end();
  });
  await using it = await harness(mine(server.port, { stallSeconds: 1 }));
  expect((await it.post(CHAT_PATH, CHAT)).text).toBe(sse({ n: 1 }));
});

verifies(['X5'], 'an agent that goes away takes its request with it', async () => {
  await using server = await startModelServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(sse({ usage: { prompt_tokens: 5, completion_tokens: 1 } }));
  });
  await using it = await harness(mine(server.port));
  const { request, answer } = open(it);
  await piece(await answer);
  request.destroy();
  await until(() => server.aborted() === 1 && it.records.length === 1);
  expect(it.records).toMatchObject([{ status: 200, text: 'the agent went away', inputTokens: 5 }]);
  expect(it.spent).toEqual([6]);
  await using silent = await startModelServer(() => undefined);
  await using second = await harness(mine(silent.port));
  const early = open(second);
  early.answer.catch(() => undefined);
  await until(() => silent.seen.length === 1);
  early.request.destroy();
  await until(() => silent.aborted() === 1);
});

verifies(
  ['X5'],
  'whoever does not read is not read for: memory holds a little of an answer, never all of it',
  async () => {
    let written = 0;
    const megabyte = Buffer.alloc(1024 * 1024, 'a');
    megabyte.write('\n\n', megabyte.length - 2);
    await using server = await startModelServer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.setMaxListeners(0);
      for (let n = 0; n < 24 && !response.destroyed; n += 1) {
        written += megabyte.length;
        if (!response.write(megabyte))
          await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
      }
      response.end();
    });
    await using it = await harness(mine(server.port));
    const { answer } = open(it);
    const got = await answer;
    got.pause();
    let before = -1;
    await until(() => {
      const still = before === written;
      before = written;
      return still && written > 0;
    });
    // Sockets buffer a few megabytes on each hop.
    expect(written).toBeLessThan(20 * megabyte.length);
    let read = 0;
    for await (const chunk of got) read += (chunk as Buffer).length;
    expect(read).toBe(24 * megabyte.length);
  },
);

test('two hundred streams at once come through whole and apart', async () => {
  await using server = await startModelServer(async (response, { body }) => {
    const { messages } = JSON.parse(body) as { messages: readonly [number] };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let n = 0; n < 20; n += 1) {
      response.write(sse({ who: messages[0], n }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end(sse({ usage: { prompt_tokens: 1, completion_tokens: 1 } }));
  });
  await using it = await harness(mine(server.port));
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, who) => it.post(CHAT_PATH, { ...CHAT, messages: [who] })),
  );
  for (const [who, { text: got }] of answers.entries()) {
    expect(got.match(/data: \{"who"/g)).toHaveLength(20);
    expect(new Set(got.match(/"who":\d+/g))).toEqual(new Set([`"who":${who}`]));
  }
  expect(it.spent).toHaveLength(200);
});

verifies(['X5'], 'a connection the server closed between two requests costs no request', async () => {
  await using server = await startModelServer((response, _seen, { socket }) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"usage":{"prompt_tokens":1}}', () => socket.destroySoon());
  });
  await using it = await harness(mine(server.port));
  for (let n = 0; n < 30; n += 1) expect((await it.post(CHAT_PATH, { model: 'm' })).status, String(n)).toBe(200);
});

verifies(['X5'], 'certificates are always checked, whatever the environment says', async () => {
  const folder = tempFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    process.env.OPENSSL ?? 'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
    ],
    { stdio: 'ignore' },
  );
  const pems = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  await using server = await startModelServer(json({ usage: { prompt_tokens: 1 } }), pems);
  const ask = async (host: string, ca: string | undefined): Promise<string> => {
    await using it = await harness({
      upstreams: { mine: { url: `https://${host}:${server.port}`, api: 'openai', secret: 'MODEL_KEY' } },
      ...(ca !== undefined && { wire: { ca } }),
    });
    return (await it.post(CHAT_PATH, { model: 'm' })).text;
  };
  expect(await ask('localhost', undefined)).toMatch(/certificate of localhost:\d+ .* cannot be trusted/);
  expect(await ask('127.0.0.1', pems.cert)).toMatch(/cannot be trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/);
  expect(server.seen).toHaveLength(0);
  expect(await ask('localhost', pems.cert)).toContain('usage');
  expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  await using plain = await startModelServer(json({}));
  await using it = await harness({ upstreams: { mine: { url: `https://localhost:${plain.port}`, api: 'openai' } } });
  expect((await it.post(CHAT_PATH, CHAT)).text).toContain('does not speak TLS');
});

test('usage is read from the events of both APIs, and where none is told it is estimated', async () => {
  const anthropic = [
    'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":10,"cache_read_input_tokens":100,"cache_creation_input_tokens":5,"output_tokens":1}}}\n\n',
    'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":40}}\n\n',
  ].join('');
  const cases = [
    ['v1/messages', anthropic, { inputTokens: 115, outputTokens: 40 }, 155],
    [
      'v1/responses',
      sse({ type: 'response.completed', response: { usage: { input_tokens: 3, output_tokens: 4 } } }),
      { inputTokens: 3, outputTokens: 4 },
      7,
    ],
    [
      'v1/completions',
      sse(
        { choices: [{ text: '"usage":{"prompt_tokens":9}' }], usage: null },
        { usage: { prompt_tokens: 2, completion_tokens: 2 } },
      ),
      { inputTokens: 2, outputTokens: 2 },
      4,
    ],
    [
      'v1/chat/completions',
      sse({ usage: { prompt_tokens: -1, completion_tokens: 1e300 } }),
      { text: expect.stringMatching(/^no usage was told: about \d+ tokens counted$/) },
      expect.any(Number),
    ],
  ] as const;
  for (const [path, body, record, tokens] of cases) {
    await using server = await startModelServer(streamed(body));
    await using it = await harness(mine(server.port, { api: path === 'v1/messages' ? 'anthropic' : 'openai' }));
    await it.post(`/model/mine/${path}`, CHAT);
    expect(it.records, path).toMatchObject([record]);
    expect(it.spent, path).toEqual([tokens]);
  }
  await using counting = await startModelServer(json({ input_tokens: 4 }));
  await using it = await harness(mine(counting.port, { api: 'anthropic' }));
  await it.post('/model/mine/v1/messages/count_tokens', CHAT);
  expect(it.spent).toEqual([]);
});
