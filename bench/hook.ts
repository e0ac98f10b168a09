// What a hook of ours costs the real Claude Code: one call's round with no hook, with PreToolUse only, with PostToolUse
// only and with all, interleaved in one run on one machine; and how long after an approval the tool starts. Needs the
// client (CASTELLAN_CLAUDE, or below CASTELLAN_CLIENTS); without it there is nothing to measure. `--quick` takes a third.
import { spawn } from 'node:child_process';
import {
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { canaryReply, connectClaude } from '@castellan/agents';
import { createClient, socketTransport } from '@castellan/client';
import { benchDaemon } from './lib/daemon.ts';
import { report, spread } from './lib/spread.ts';

const clients = process.env.CASTELLAN_CLIENTS ?? join(homedir(), '.cache', 'castellan-clients');
const NATIVE = 'claude-code/node_modules/@anthropic-ai/claude-code-linux-x64/claude';
const claude = process.env.CASTELLAN_CLAUDE ?? join(clients, NATIVE);
if (!existsSync(claude)) {
  console.error(`SKIPPED: Claude Code is not at ${claude}; set CASTELLAN_CLAUDE`);
  process.exit(0);
}
const RUNS = process.argv.includes('--quick') ? 2 : 6;
const CALLS = 25;

/** The peer: a hook that answers at once, without reading, deciding or recording anything. */
const ALLOW = '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow"}}';

/** When the model was asked and when it had answered; a round is from an answer to the next question. */
const asked: number[] = [];
const answered: number[] = [];
const model = createServer((request, response) => {
  void text(request).then((body) => {
    if (request.url === '/allow') {
      response.setHeader('content-type', 'application/json').end(ALLOW);
      return;
    }
    const reply = canaryReply(JSON.parse(body || '{}'));
    if (reply.text.includes('castellan canary')) {
      response.setHeader('content-type', reply.contentType).end(reply.text);
      return;
    }
    asked.push(performance.now());
    response.setHeader('content-type', reply.contentType).end(reply.text, () => answered.push(performance.now()));
  });
});
await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
const { port: modelPort } = model.address() as AddressInfo;

await using daemon = await benchDaemon();
const [user, project] = [join(daemon.home, 'user'), join(daemon.home, 'project')];
const settings = join(user, '.claude', 'settings.json');
mkdirSync(join(user, '.claude'), { recursive: true });
mkdirSync(project);
writeFileSync(join(project, 'file.txt'), 'one line\n');
const client = createClient({
  transport: socketTransport({ socketPath: daemon.state.socket, token: daemon.state.token }),
});
const connected = await connectClaude({
  ...{
    home: join(daemon.home, 'state'),
    cwd: project,
    env: { HOME: user, PATH: process.env.PATH },
    scope: 'user',
    name: 'bench',
  },
  ...{ client, port: daemon.state.port, timeoutSeconds: 60, now: Date.now(), node: process.execPath, claude },
});
if (!connected.ok) throw new Error(connected.fault.message);
const full = JSON.parse(readFileSync(settings, 'utf8'));
const only = (...events: readonly string[]) => ({
  ...full,
  hooks: Object.fromEntries(Object.entries(full.hooks).filter(([event]) => events.includes(event))),
});
const peer = { type: 'http', url: `http://127.0.0.1:${modelPort}/allow`, timeout: 60 };
const VARIANTS = {
  'no hook': {},
  'peer: an empty hook': { hooks: { PreToolUse: [{ matcher: '*', hooks: [peer] }] } },
  PreToolUse: only('PreToolUse'),
  PostToolUse: only('PostToolUse'),
  'all hooks': full,
};

async function run(turns: readonly unknown[]): Promise<void> {
  const child = spawn(claude, ['-p', '--allowedTools', 'Read,Bash'], {
    cwd: project,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: {
      ...{ PATH: process.env.PATH, HOME: user, TERM: 'dumb', LANG: 'C.UTF-8' },
      ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${modelPort}`, ANTHROPIC_API_KEY: 'bench' },
      ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' },
    },
  });
  child.stdin.end(`castellan-canary:${JSON.stringify({ turns, text: 'done' })}`);
  await new Promise((resolve) => child.once('close', resolve));
}

async function rounds(variant: unknown): Promise<readonly number[]> {
  writeFileSync(settings, JSON.stringify(variant));
  asked.length = 0;
  answered.length = 0;
  const call = { tool: 'Read', input: { file_path: join(project, 'file.txt') } };
  await run(Array.from({ length: CALLS }, () => [call]));
  // The first rounds warm the client up.
  return asked.slice(3).map((at, index) => at - (answered[index + 2] ?? at));
}

const file = openSync(join(daemon.home, 'bare'), 'w');
const durable = (): number => {
  const begin = performance.now();
  writeSync(file, Buffer.alloc(900, 'x'));
  fdatasyncSync(file);
  return performance.now() - begin;
};

const times = new Map<string, number[]>(Object.keys(VARIANTS).map((name) => [name, []]));
const writes: number[] = [];
for (let round = 0; round < RUNS; round += 1) {
  for (const [name, variant] of Object.entries(VARIANTS)) times.get(name)?.push(...(await rounds(variant)));
  writes.push(...Array.from({ length: 50 }, durable));
}

/** From the moment a person's answer leaves to the moment the command's own first line runs. */
async function approvals(): Promise<readonly number[]> {
  await client.changePolicy({ body: { change: 'level', module: 'claude-code', tool: 'Bash', level: 'confirm' } });
  writeFileSync(settings, JSON.stringify(full));
  const started: number[] = [];
  for (let round = 0; round < RUNS * 2; round += 1) {
    const stamp = join(project, 'stamp');
    const running = run([[{ tool: 'Bash', input: { command: 'date +%s%N > stamp', description: 'bench' } }]]);
    let at = 0;
    while (at === 0) {
      const list = await client.approvals();
      const waiting = list.ok ? list.value.approvals.find(({ state }) => state.kind === 'pending') : undefined;
      if (waiting === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      at = performance.timeOrigin + performance.now();
      await client.resolve({ params: { id: waiting.id }, body: { answer: 'approve', digest: waiting.digest } });
    }
    await running;
    started.push(Number(BigInt(readFileSync(stamp, 'utf8').trim()) / 1000n) / 1000 - at);
    rmSync(stamp);
  }
  return started;
}
const starts = await approvals();
model.closeAllConnections();
model.close();

const base = spread(times.get('no hook') ?? []);
const write = spread(writes);
const added = (name: string): number => Number((spread(times.get(name) ?? []).p50 - base.p50).toFixed(2));
const rows = [
  ...[...times].map(([name, list]) => ({ what: name, rounds: list.length, ...spread(list), added: added(name) })),
  { what: 'bare write + fdatasync', rounds: writes.length, ...write },
  { what: 'approve to tool start', rounds: starts.length, ...spread(starts) },
];
const own = Number((added('PreToolUse') - write.p50).toFixed(2));
report('hook', rows, [
  { text: `PreToolUse adds at most 10 ms to no hook plus one durable write: ${own} ms`, kept: own <= 10 },
  { text: `approve to tool start within 100 ms: ${spread(starts).p50} ms`, kept: spread(starts).p50 <= 100 },
]);
