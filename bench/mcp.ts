// An allowed tools/call through the gateway beside the same call without it, and beside other gateways (npm run test:mcp installs
// them), in the same run: over standard streams and HTTP, at 1, 8 and 64 at a time. What a durable record costs here is
// measured beside it: a decision is on disk before the tool runs, which none of the others does. `--quick` takes a tenth.
import { spawn } from 'node:child_process';
import { fdatasync, openSync, write, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, honestMcp } from '@castellan/testkit';
import { installPeers, peersFolder } from '../tools/lib/mcp-peers.ts';
import { inRoot } from '../tools/lib/run.ts';
import { type BenchClient, endOf, httpClient, lineClient, type Program, sseClient } from './lib/mcp-client.ts';
import { benchGateway } from './lib/mcp-gateway.ts';
import { report, spread } from './lib/spread.ts';
import { within } from './lib/within.ts';

const quick = process.argv.includes('--quick') ? 10 : 1;
const TIMES = [
  { at: 1, count: 3000 / quick },
  { at: 8, count: 8000 / quick },
  { at: 64, count: 12_000 / quick },
] as const;
/** Two hundred characters as people write them. */
const TEXT =
  'The quarterly report is in the shared folder; please look at the second table first, since the totals there changed after the correction on Monday, and tell the others before noon what you think of it.';

interface Way {
  readonly name: string;
  readonly kind: 'direct' | 'castellan' | 'peer';
  /** What the client speaks, and what the server does. */
  readonly road: 'stdio>stdio' | 'http>stdio' | 'stdio>http' | 'http>http';
  readonly tool: string;
  open(): Promise<BenchClient>;
}

if (!(await installPeers())) throw new Error('the other gateways could not be installed');
const bin = (...path: readonly string[]): string => join(peersFolder, 'node_modules', ...path);

await using stack = new AsyncDisposableStack();
/** Starts a gateway of others and waits until a client can speak through it. */
async function served(program: Program, connect: () => Promise<BenchClient>): Promise<BenchClient> {
  const child = spawn(program.command, program.args, {
    env: { ...process.env, ...program.env },
    stdio: 'ignore',
  });
  stack.defer(() => endOf(child));
  for (let tries = 0; ; tries++)
    try {
      return await connect();
    } catch (error) {
      if (tries > 150 || child.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

const echo = honestMcp({ only: ['echo'] });
const line = [echo.command, ...echo.args];
const httpEcho = spawn(process.execPath, [inRoot('bench', 'lib', 'mcp-http-echo.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
stack.defer(() => endOf(httpEcho));
const httpUrl = await new Promise<string>((resolve) =>
  httpEcho.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())),
);

const gateway = stack.use(await benchGateway());
await gateway.add('local', echo);
await gateway.add('web', {
  kind: 'mcp-http',
  url: httpUrl,
  headers: {},
  oauth: 'off',
  scopes: [],
  timeoutSeconds: 20,
  concurrency: 64,
});

const node = process.execPath;
const port = async (): Promise<string> => String(await freePort());
const WAYS: readonly Way[] = [
  {
    name: 'direct',
    kind: 'direct',
    road: 'stdio>stdio',
    tool: 'echo',
    open: () => lineClient({ command: echo.command, args: echo.args }),
  },
  {
    name: 'castellan',
    kind: 'castellan',
    road: 'stdio>stdio',
    tool: 'echo',
    open: () => lineClient(gateway.program('local')),
  },
  { name: 'direct', kind: 'direct', road: 'http>http', tool: 'echo', open: () => httpClient(httpUrl) },
  {
    name: 'castellan',
    kind: 'castellan',
    road: 'http>http',
    tool: 'echo',
    open: () => httpClient(gateway.address('web'), gateway.headers),
  },
  {
    name: '@civic/passthrough-mcp-server',
    kind: 'peer',
    road: 'http>http',
    tool: 'echo',
    async open() {
      const own = await port();
      const env = { PORT: own, TARGET_SERVER_URL: new URL(httpUrl).origin, TARGET_SERVER_TRANSPORT: 'httpStream' };
      const program = { command: node, args: [bin('@civic/passthrough-mcp-server', 'dist', 'cli.js')], env };
      return served(program, () => httpClient(`http://127.0.0.1:${own}/mcp`));
    },
  },
  {
    name: 'castellan',
    kind: 'castellan',
    road: 'http>stdio',
    tool: 'echo',
    open: () => httpClient(gateway.address('local'), gateway.headers),
  },
  {
    name: 'mcp-proxy',
    kind: 'peer',
    road: 'http>stdio',
    tool: 'echo',
    async open() {
      const own = await port();
      const args = [bin('mcp-proxy', 'dist', 'bin', 'mcp-proxy.mjs'), '--host', '127.0.0.1', '--port', own];
      return served({ command: node, args: [...args, '--server', 'stream', '--', ...line] }, () =>
        httpClient(`http://127.0.0.1:${own}/mcp`),
      );
    },
  },
  {
    name: 'supergateway (stateful)',
    kind: 'peer',
    road: 'http>stdio',
    tool: 'echo',
    async open() {
      const own = await port();
      const args = [bin('supergateway', 'dist', 'index.js'), '--stdio', line.map((word) => `'${word}'`).join(' ')];
      const how = ['--outputTransport', 'streamableHttp', '--stateful', '--logLevel', 'none', '--port', own];
      return served({ command: node, args: [...args, ...how] }, () => httpClient(`http://127.0.0.1:${own}/mcp`));
    },
  },
  {
    name: 'mcp-hub (HTTP+SSE)',
    kind: 'peer',
    road: 'http>stdio',
    tool: 'local__echo',
    async open() {
      const own = await port();
      const config = join(gateway.daemon.home, 'hub.json');
      writeFileSync(config, JSON.stringify({ mcpServers: { local: { command: echo.command, args: echo.args } } }));
      const args = [bin('mcp-hub', 'dist', 'cli.js'), '--port', own, '--config', config];
      return served(
        { command: node, args, env: { HOME: gateway.daemon.home, XDG_STATE_HOME: gateway.daemon.home } },
        async () => {
          // It takes clients before its servers are there.
          const health = await fetch(`http://127.0.0.1:${own}/api/health`);
          const { servers } = (await health.json()) as { readonly servers: readonly { readonly status: string }[] };
          if (servers[0]?.status !== 'connected') throw new Error('its server is not there yet');
          return sseClient(`http://127.0.0.1:${own}/mcp`);
        },
      );
    },
  },
  {
    name: 'castellan',
    kind: 'castellan',
    road: 'stdio>http',
    tool: 'echo',
    open: () => lineClient(gateway.program('web')),
  },
  {
    name: 'mcp-remote',
    kind: 'peer',
    road: 'stdio>http',
    tool: 'echo',
    open: () =>
      lineClient({
        command: node,
        args: [bin('mcp-remote', 'dist', 'proxy.js'), httpUrl, '--allow-http', '--transport', 'http-only'],
        env: { MCP_REMOTE_CONFIG_DIR: gateway.daemon.home },
      }),
  },
  {
    name: 'supergateway',
    kind: 'peer',
    road: 'stdio>http',
    tool: 'echo',
    open: () =>
      lineClient({
        command: node,
        args: [bin('supergateway', 'dist', 'index.js'), '--streamableHttp', httpUrl, '--logLevel', 'none'],
      }),
  },
];

interface Row {
  readonly road: string;
  readonly way: string;
  readonly p50: number;
  readonly p99: number;
  readonly at1: number;
  readonly at8: number;
  readonly at64: number;
}

async function measure(way: Way): Promise<Row> {
  await using client = await way.open();
  const once = async (): Promise<void> => {
    const { isError } = await client.send('tools/call', { name: way.tool, arguments: { text: TEXT } });
    if (isError === true) throw new Error(`${way.name} refused the call`);
  };
  for (let n = 0; n < 300 / quick; n++) await once();
  const rates: number[] = [];
  let alone = { p50: 0, p99: 0 };
  for (const { at, count } of TIMES) {
    const times: number[] = [];
    let left = count;
    const begin = performance.now();
    await Promise.all(
      Array.from({ length: at }, async () => {
        while (left-- > 0) {
          const before = performance.now();
          await once();
          times.push(performance.now() - before);
        }
      }),
    );
    rates.push(Math.round((times.length / (performance.now() - begin)) * 1000));
    if (at === 1) alone = spread(times);
  }
  const [at1 = 0, at8 = 0, at64 = 0] = rates;
  return { road: way.road, way: way.name, ...alone, at1, at8, at64 };
}

/** Appending 900 bytes and waiting until they are on this disk. */
async function recorded(): Promise<Row> {
  const file = openSync(join(gateway.daemon.home, 'bare'), 'w');
  const [put, sync] = [promisify(write), promisify(fdatasync)];
  const record = Buffer.alloc(900, 'x');
  const times: number[] = [];
  for (let n = 0; n < 2000 / quick; n++) {
    const before = performance.now();
    await put(file, record);
    await sync(file);
    times.push(performance.now() - before);
  }
  return { road: '', way: 'write and fdatasync', ...spread(times), at1: 0, at8: 0, at64: 0 };
}

const rows: Row[] = [await recorded()];
const troubles: string[] = [];
for (const way of WAYS)
  try {
    rows.push(await within(180_000, `${way.name} ${way.road}`, measure(way)));
  } catch (error) {
    if (way.kind !== 'peer') throw error;
    troubles.push(`${way.name} ${way.road} could not be measured: ${(error as Error).message}`);
  }
for (const trouble of troubles) console.log(trouble);

const find = (road: string, name: string): Row => {
  const found = rows.find((row) => row.road === road && row.way === name);
  if (found === undefined) throw new Error(`no row of ${name} ${road}`);
  return found;
};
const disk = rows[0]?.p50 ?? 0;
const promises = [
  { road: 'stdio>stdio', most: 0.3 },
  { road: 'http>http', most: 0.5 },
].flatMap(({ road, most }) => {
  const [direct, ours] = [find(road, 'direct'), find(road, 'castellan')];
  const added = ours.p50 - direct.p50 - disk;
  const share8 = ours.at8 / direct.at8;
  const share64 = ours.at64 / direct.at64;
  return [
    {
      text: `${road}: ${added.toFixed(2)} ms added beyond the durable record (${disk.toFixed(2)} ms), at most ${most}`,
      kept: added <= most,
    },
    { text: `${road}: ${(share8 * 100).toFixed(0)} % of direct at 8, at least 50`, kept: share8 >= 0.5 },
    { text: `${road}: ${(share64 * 100).toFixed(0)} % of direct at 64, at least 50`, kept: share64 >= 0.5 },
  ];
});
for (const row of rows.slice(1).filter(({ way }) => way !== 'direct' && way !== 'castellan')) {
  const ours = find(row.road, 'castellan');
  for (const at of ['at8', 'at64'] as const) {
    const ratio = ours[at] / row[at];
    promises.push({
      text: `${row.road} ${at.slice(2)} at a time: ${ratio.toFixed(1)}x of ${row.way}, at least 2x`,
      kept: ratio >= 2,
    });
  }
}
report('mcp', rows, promises);
