// What the broker costs: time to the first byte of an answer and time of each token, beside the same model server asked
// directly and through the plainest proxy Node can be, interleaved in one run. `--quick` takes a fifth.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDaemon } from '@castellan/testkit';
import { report, spread } from './lib/spread.ts';

const ROUNDS = process.argv.includes('--quick') ? 20 : 100;
const KEY = 'sk-bench-0123456789abcdefghij';
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

async function server(...args: readonly string[]): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const file = new URL('lib/token-server.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (line) => resolve(Number(line))));
  return { port, child };
}

const model = await server();
const proxy = await server(String(model.port));
const root = mkdtempSync(join(tmpdir(), 'castellan-bench-'));
await using daemon = await startDaemon({
  home: join(root, 'state'),
  config: {
    limits: { turn: { calls: { pause: null, stop: null }, minutes: { pause: null } }, task: { calls: { stop: null } } },
    models: { upstreams: { bench: { url: `http://127.0.0.1:${model.port}`, api: 'openai', secret: 'BENCH' } } },
  },
});
async function post(path: string, body?: unknown): Promise<unknown> {
  const answer = await daemon.request('POST', path, { body });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.json();
}
const uses = [{ kind: 'host', name: `127.0.0.1:${model.port}` }];
await post('/v1/secrets', { name: 'BENCH', value: KEY, uses });
const { agent } = (await post('/v1/agents', {
  kind: 'other',
  name: 'bench',
  hookTimeoutSeconds: 60,
})) as { agent: { id: string } };
const { key } = (await post(`/v1/agents/${agent.id}/model-key`)) as { key: string };

/** As long as what a coding agent asks with its tools in it. */
const line = 'The tool reads a file of the project and gives its lines with their numbers, oldest first. ';
const body = JSON.stringify({
  model: 'bench',
  stream: true,
  stream_options: { include_usage: true },
  messages: Array.from({ length: 40 }, (_, n) => ({
    role: n % 2 ? 'assistant' : 'user',
    content: `${n} ${line.repeat(12)}`,
  })),
});

const ways = [
  { what: 'direct', port: model.port, path: '/v1/chat/completions', first: [] as number[], tokens: [] as number[] },
  {
    what: 'plain proxy',
    port: proxy.port,
    path: '/v1/chat/completions',
    first: [] as number[],
    tokens: [] as number[],
  },
  {
    what: 'broker',
    port: daemon.state.port,
    path: '/model/bench/v1/chat/completions',
    first: [] as number[],
    tokens: [] as number[],
  },
];
const kept = new Agent({ keepAlive: true });

function ask({ port, path, first, tokens }: (typeof ways)[number], counts: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const begun = now();
    let seen = false;
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${key}`,
    };
    const asked = request({ port, host: '127.0.0.1', method: 'POST', path, headers, agent: kept }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`status ${answer.statusCode}`));
      answer.on('data', (chunk: Buffer) => {
        const at = now();
        if (!seen && counts) first.push(at - begun);
        const fresh = !seen;
        seen = true;
        // The first token waits for the head; what the others cost is told apart.
        for (const match of chunk.toString().matchAll(/"at":([\d.]+)/g))
          if (counts && !fresh) tokens.push(at - Number(match[1]));
      });
      answer.once('end', () => resolve());
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

for (let round = 0; round < ROUNDS + 5; round += 1) for (const way of ways) await ask(way, round >= 5);
model.child.kill();
proxy.child.kill();

const rows = ways.flatMap(({ what, first, tokens }) => [
  { what, measure: 'first byte (ms)', ...spread(first) },
  { what, measure: 'a token (ms)', ...spread(tokens) },
]);
const p50 = (what: string, measure: string): number =>
  rows.find((row) => row.what === what && row.measure === measure)?.p50 ?? 0;
const added = p50('broker', 'first byte (ms)') - p50('direct', 'first byte (ms)');
const perToken = p50('broker', 'a token (ms)') - p50('direct', 'a token (ms)');
const peer = p50('plain proxy', 'a token (ms)') - p50('direct', 'a token (ms)');
report('broker', rows, [
  { text: `adds at most 2 ms to the first byte: ${added.toFixed(2)} ms`, kept: added <= 2 },
  {
    text: `adds to a token what a plain proxy adds, and a quarter of a millisecond at most: ${perToken.toFixed(2)} ms, the proxy ${peer.toFixed(2)} ms`,
    kept: perToken <= peer + 0.25,
  },
]);
kept.destroy();
rmSync(root, { recursive: true, force: true });
