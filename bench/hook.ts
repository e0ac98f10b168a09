// What a hook of ours costs the real clients: one call's round with no hook and with each way to ask, interleaved in one run on
// one machine, a peer's Node script beside them; and how long after an approval the tool starts. Needs the clients (below
// CASTELLAN_CLIENTS); those that are missing are said. `--quick` takes a third; whole it is four to six minutes.
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, socketTransport } from '@castellan/client';
import { candidates } from '../packages/agents/src/hook-client/candidates.ts';
import {
  type ClientName,
  codexHooks,
  connected,
  openCodePlugin,
  ownPlugin,
  type Place,
  peerScript,
  programOf,
  runs,
  startModel,
  type Turns,
} from './lib/agent-clients.ts';
import { benchDaemon } from './lib/daemon.ts';
import { report, spread } from './lib/spread.ts';

const RUNS = process.argv.includes('--quick') ? 1 : 3;
const CALLS = 25;
const NONE = 'no hook';

await using daemon = await benchDaemon();
await using model = await startModel();

interface Bench {
  readonly name: ClientName;
  readonly place: Place;
  readonly call: Turns[number][number];
  /** What makes its next run one of that kind. */
  readonly variants: Readonly<Record<string, () => void>>;
  /** Which of them `castellan connect` writes, and what it may cost. */
  readonly promise: { readonly variant: string; readonly ms: number };
}

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');
const forms = Object.fromEntries(
  candidates(process.execPath).map(({ kind, command }) => [kind, [command.file, ...command.args]]),
);
const words = (kind: string, place: Place): readonly string[] => [...(forms[kind] ?? []), place.hookFile];

async function claude(program: string): Promise<Bench> {
  const place = await connected('claude-code', program, daemon, model);
  const settings = join(place.user, '.claude', 'settings.json');
  const full = JSON.parse(readFileSync(settings, 'utf8'));
  const only =
    (hook: object | null, event = 'PreToolUse') =>
    () =>
      writeFileSync(
        settings,
        JSON.stringify(hook === null ? {} : { hooks: { [event]: [{ matcher: '*', hooks: [hook] }] } }),
      );
  const command = ([file, ...args]: readonly string[]) => ({
    type: 'command',
    command: file,
    args,
    timeout: 60,
    onFailure: 'block',
  });
  const http = {
    type: 'http',
    url: `http://127.0.0.1:${daemon.state.port}/v1/hooks/claude-code`,
    headers: { Authorization: `Bearer ${place.credential}` },
    ...{ timeout: 60, onFailure: 'block' },
  };
  return {
    name: 'claude-code',
    place,
    call: { tool: 'Read', input: { file_path: join(place.project, 'file.txt') } },
    variants: {
      [NONE]: only(null),
      'peer: a Node script that says yes': only(command([process.execPath, peerScript(place)])),
      'native command': only(command(words('native', place))),
      'shell command': only(command(words('shell', place))),
      'Node command': only(command(words('node', place))),
      'http hook': only(http),
      'all hooks as connected': () => writeFileSync(settings, JSON.stringify(full)),
    },
    promise: { variant: 'native command', ms: 10 },
  };
}

async function codex(program: string): Promise<Bench> {
  const place = await connected('codex', program, daemon, model);
  const only = (list: readonly string[] | null) => () => codexHooks(place, list === null ? null : quoted(list));
  return {
    name: 'codex',
    place,
    call: { tool: 'exec_command', input: { cmd: 'cat file.txt' } },
    variants: {
      [NONE]: only(null),
      'peer: a Node script that says yes': only([process.execPath, peerScript(place)]),
      'native command': only(words('native', place)),
      'shell command': only(words('shell', place)),
      'Node command': only(words('node', place)),
    },
    promise: { variant: 'native command', ms: 25 },
  };
}

async function openCode(program: string): Promise<Bench> {
  const place = await connected('opencode', program, daemon, model);
  const own = ownPlugin(place);
  const script = JSON.stringify([process.execPath, peerScript(place)]);
  const peer = `import { spawnSync } from 'node:child_process';
export const Peer = async () => ({ 'tool.execute.before': async (input, output) => {
  const [file, ...args] = ${script};
  JSON.parse(spawnSync(file, args, { input: JSON.stringify({ ...input, ...output }) }).stdout);
} });\n`;
  return {
    name: 'opencode',
    place,
    call: { tool: 'read', input: { filePath: join(place.project, 'file.txt') } },
    variants: {
      [NONE]: () => openCodePlugin(place, null),
      'peer: a Node script that says yes': () => openCodePlugin(place, peer),
      'our plug-in': () => openCodePlugin(place, own),
    },
    promise: { variant: 'our plug-in', ms: 25 },
  };
}

const benches: Bench[] = [];
for (const [name, make] of [
  ['claude-code', claude],
  ['codex', codex],
  ['opencode', openCode],
] as const) {
  const program = programOf(name);
  if (program === null) console.error(`SKIPPED: ${name} is not installed; set CASTELLAN_CLIENTS`);
  else benches.push(await make(program));
}
if (benches.length === 0) process.exit(0);

const file = openSync(join(daemon.home, 'bare'), 'w');
const durable = (): number => {
  const begin = performance.now();
  writeSync(file, Buffer.alloc(900, 'x'));
  fdatasyncSync(file);
  return performance.now() - begin;
};

const times = new Map<string, number[]>();
const writes: number[] = [];
for (let round = 0; round < RUNS; round += 1)
  for (const { name, place, call, variants } of benches) {
    for (const [variant, prepare] of Object.entries(variants)) {
      prepare();
      model.rounds();
      await runs[name](
        place,
        Array.from({ length: CALLS }, () => [call]),
      );
      const list = model.rounds();
      const key = `${name}: ${variant}`;
      times.set(key, [...(times.get(key) ?? []), ...list]);
      process.stderr.write(`${round + 1}/${RUNS} ${key}: ${list.length} rounds, ${spread(list).p50} ms\n`);
      // A client whose calls were refused would be quick: what is not counted is a fault, not a good number.
      if (list.length < CALLS - 3) throw new Error(`${key}: only ${list.length} rounds of ${CALLS}`);
    }
    writes.push(...Array.from({ length: 50 }, durable));
  }
closeSync(file);

/** From the moment a person's answer leaves to the moment the command's own first line runs. */
async function approvals({ place, variants }: Bench): Promise<readonly number[]> {
  const client = createClient({
    transport: socketTransport({ socketPath: daemon.state.socket, token: daemon.state.token }),
  });
  const answer = (path: string, body: unknown): Promise<unknown> => daemon.request('POST', path, body);
  await answer('/v1/policy', { change: 'level', module: 'claude-code', tool: 'Bash', level: 'confirm' });
  variants['all hooks as connected']?.();
  const started: number[] = [];
  for (let round = 0; round < RUNS * 3; round += 1) {
    const stamp = join(place.project, 'stamp');
    const running = runs['claude-code'](place, [
      [{ tool: 'Bash', input: { command: 'date +%s%N > stamp', description: 'bench' } }],
    ]);
    let at = 0;
    while (at === 0) {
      const list = await client.approvals();
      const waiting = list.ok ? list.value.approvals.find(({ state }) => state.kind === 'pending') : undefined;
      if (waiting === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      at = performance.timeOrigin + performance.now();
      await answer(`/v1/approvals/${waiting.id}/resolve`, { answer: 'approve', digest: waiting.digest });
    }
    await running;
    started.push(Number(BigInt(readFileSync(stamp, 'utf8').trim()) / 1000n) / 1000 - at);
    rmSync(stamp);
    process.stderr.write(`approval ${round + 1}/${RUNS * 3}\n`);
  }
  return started;
}
const asking = benches.find(({ name }) => name === 'claude-code');
const starts = asking === undefined ? [] : await approvals(asking);

const write = spread(writes);
const of = (key: string) => spread(times.get(key) ?? []);
const added = (name: string, variant: string): number =>
  Number((of(`${name}: ${variant}`).p50 - of(`${name}: ${NONE}`).p50).toFixed(2));
const rows = [
  ...benches.flatMap(({ name, variants }) =>
    Object.keys(variants).map((variant) => ({
      what: `${name}: ${variant}`,
      rounds: times.get(`${name}: ${variant}`)?.length ?? 0,
      ...of(`${name}: ${variant}`),
      added: added(name, variant),
    })),
  ),
  { what: 'bare write + fdatasync', rounds: writes.length, ...write },
  ...(starts.length === 0 ? [] : [{ what: 'approve to tool start', rounds: starts.length, ...spread(starts) }]),
];
report('hook', rows, [
  ...benches.map(({ name, promise: { variant, ms } }) => {
    const own = Number((added(name, variant) - write.p50).toFixed(2));
    return {
      text: `${name}, ${variant}: at most ${ms} ms over no hook plus one durable write: ${own} ms`,
      kept: own <= ms,
    };
  }),
  ...(starts.length === 0
    ? []
    : [{ text: `approve to tool start within 100 ms: ${spread(starts).p50} ms`, kept: spread(starts).p50 <= 100 }]),
]);
