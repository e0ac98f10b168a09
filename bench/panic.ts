// How long after a panic was asked for the last thing is let through, while 64 connections ask as fast as they can: by hooks, by MCP, by
// the way out and by the model broker. What counts is when an answer that lets something through arrives. Nobody else has such a stop
// to hold it against; beside it stands what the same connections do meanwhile. `--quick` does it twice.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentId, agentSocketsOf, type PanicView } from '@castellan/contract';
import { startDaemon, startModelServer } from '@castellan/testkit';
import { DAEMON_FLAGS } from '../packages/cli/src/bundles.ts';
import { httpClient } from './lib/mcp-client.ts';
import { report, spread } from './lib/spread.ts';

const ROUNDS = process.argv.includes('--quick') ? 2 : 7;
const LANES = 16;
const WARM_MS = 2000;
/** So long after the panic everybody goes on asking. */
const AFTER_MS = 1500;
const PROMISE_MS = 200;
const NEVER = { warn: null, pause: null, stop: null };
const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const SURFACES = ['hook', 'mcp', 'egress', 'broker'] as const;
type Surface = (typeof SURFACES)[number];

/** True: it was let through. */
type Ask = () => Promise<boolean>;

interface Round {
  readonly last: Readonly<Record<Surface, number>>;
  readonly through: Readonly<Record<Surface, number>>;
  readonly view: PanicView;
}

async function round(): Promise<Round> {
  const root = mkdtempSync(join(tmpdir(), 'castellan-bench-'));
  const model = await startModelServer((response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[]}'),
  );
  const place = `127.0.0.1:${model.port}`;
  const daemon = await startDaemon({
    home: join(root, 'state'),
    env: { NODE_OPTIONS: DAEMON_FLAGS.join(' ') },
    config: {
      preset: 'full-auto',
      limits: {
        turn: { calls: NEVER, minutes: { pause: null } },
        task: { calls: { stop: null } },
        repeats: { advise: null, pause: null },
        retries: { pause: null, stop: null },
      },
      models: { upstreams: { mine: { url: `http://${place}`, api: 'openai', secret: 'MODEL_KEY' } } },
      network: { allow: [place], privateHosts: [place], connections: 4096 },
    },
  });
  try {
    return await measured(daemon, root, place);
  } finally {
    await daemon[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  }
}

async function measured(daemon: Awaited<ReturnType<typeof startDaemon>>, root: string, place: string): Promise<Round> {
  const { port } = daemon.state;
  const post = async (path: string, body: object, token?: string) => {
    const reply = await daemon.request('POST', path, { body, ...(token !== undefined && { token }) });
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.text}`);
    return reply.json() as { agent: { id: AgentId }; credential: string; key: string };
  };
  await post('/v1/secrets', {
    name: 'MODEL_KEY',
    value: 'a-key-for-the-bench-1',
    uses: [{ kind: 'host', name: place }],
  });
  const { agent, credential } = await post('/v1/agents', {
    ...{ kind: 'claude-code', name: 'bench', watched: [], hookTimeoutSeconds: 60, tools: true },
  });
  const { key } = await post(`/v1/agents/${agent.id}/model-key`, {});
  const { egress } = agentSocketsOf(join(root, 'state'), agent.id);
  const file = join(root, 'read-me.txt');
  writeFileSync(file, 'hello\n');
  const fetched = async (path: string, token: string, body: object): Promise<string | null> => {
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).catch(() => null);
    const text = (await reply?.text().catch(() => null)) ?? null;
    return reply?.status === 200 ? text : null;
  };
  let calls = 0;
  const hook: Ask = async () => {
    calls += 1;
    const text = await fetched('/v1/hooks/claude-code', credential, {
      ...{ session_id: 'bench', transcript_path: '/x', cwd: root, permission_mode: 'default' },
      ...{ hook_event_name: 'PreToolUse', tool_name: 'Read', tool_input: { file_path: file } },
      tool_use_id: `toolu_${calls}`,
    });
    return text?.includes('"allow"') === true;
  };
  const broker: Ask = async () =>
    (await fetched('/model/mine/v1/chat/completions', key, {
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
    })) !== null;
  const way: Ask = () =>
    new Promise((resolve) => {
      const socket = connect({ path: egress });
      socket.once('error', () => resolve(false)).once('close', () => resolve(false));
      socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`);
      socket.once('data', (head) => {
        socket.destroy();
        resolve(head.includes(' 200 '));
      });
    });
  const headers = { authorization: `Bearer ${credential}`, 'x-castellan-workspace': root };
  const url = `http://127.0.0.1:${port}/mcp`;
  const lanes: { readonly surface: Surface; readonly ask: Ask }[] = [];
  for (let n = 0; n < LANES; n += 1) {
    const client = await httpClient(url, headers);
    const mcp: Ask = async () => {
      const result = await client.send('tools/call', { name: 'script_list', arguments: {} }).catch(() => null);
      return result !== null && result.isError !== true;
    };
    lanes.push(
      { surface: 'hook', ask: hook },
      { surface: 'mcp', ask: mcp },
      { surface: 'egress', ask: way },
      { surface: 'broker', ask: broker },
    );
  }
  const last: Record<Surface, number> = { hook: 0, mcp: 0, egress: 0, broker: 0 };
  const through: Record<Surface, number> = { hook: 0, mcp: 0, egress: 0, broker: 0 };
  let ends = Number.POSITIVE_INFINITY;
  const working = lanes.map(async ({ surface, ask }) => {
    while (now() < ends) {
      const passed = await ask();
      if (passed) {
        last[surface] = now();
        through[surface] += 1;
      } else await new Promise((resolve) => setTimeout(resolve, 2));
    }
  });
  await new Promise((resolve) => setTimeout(resolve, WARM_MS));
  for (const surface of SURFACES) if (through[surface] === 0) throw new Error(`nothing was let through by ${surface}`);
  const asked = now();
  ends = asked + AFTER_MS;
  const view = (await post('/v1/panic', {})) as unknown as PanicView;
  await Promise.all(working);
  const after = (surface: Surface): number => Math.max(0, last[surface] - asked);
  return {
    view,
    through,
    last: { hook: after('hook'), mcp: after('mcp'), egress: after('egress'), broker: after('broker') },
  };
}

const rounds: Round[] = [];
for (let n = 0; n < ROUNDS; n += 1) rounds.push(await round());
const rows = SURFACES.map((surface) => ({
  surface,
  connections: LANES,
  'a second before': Math.round(
    rounds.reduce((sum, { through }) => sum + through[surface], 0) / rounds.length / (WARM_MS / 1000),
  ),
  'last let through, ms: p50': spread(rounds.map(({ last }) => last[surface])).p50,
  worst: Number(Math.max(...rounds.map(({ last }) => last[surface])).toFixed(1)),
}));
const worst = Math.max(...rows.map((row) => row.worst));
const done = spread(rounds.map(({ view }) => view.doneAfterMs));
const denied = spread(rounds.map(({ view }) => view.deniedAfterMs));
report(
  'panic',
  [
    ...rows,
    { surface: 'in the daemon: denied', 'last let through, ms: p50': denied.p50 },
    { surface: 'in the daemon: all done', 'last let through, ms: p50': done.p50 },
  ],
  [
    {
      text: `a panic takes effect on every surface within ${PROMISE_MS} ms under load: ${worst} ms`,
      kept: worst <= PROMISE_MS,
    },
  ],
);
process.exit();
