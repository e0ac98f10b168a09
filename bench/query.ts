// How quickly what happened is found: the first page of many queries over a ledger of real-shaped records, what making the
// index costs, and how fast it is made again; beside `grep` over the same records as JSONL and SQLite's LIKE in the same run.
// `--quick` takes 100,000 records instead of 1,000,000. The ledger is kept below .cache/bench and used again.
import { execFileSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseQuery } from '../packages/contract/src/index.ts';
import { createGuard } from '../packages/daemon/src/exits/index.ts';
import { find } from '../packages/daemon/src/records/find.ts';
import { SearchIndex, type SearchSource } from '../packages/daemon/src/records/search-index.ts';
import type { Json } from '../packages/daemon/src/records/search-text.ts';
import { createSigningKey, type Ledger, openLedger } from '../packages/ledger/src/index.ts';
import { report } from './lib/spread.ts';

const isQuick = process.argv.includes('--quick');
const COUNT = isQuick ? 100_000 : 1_000_000;
const PAGE = 50;
const NOW = Date.UTC(2026, 10, 20, 12);
const SPAN_MS = 180 * 86_400_000;

/** The same records in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const HEX = '0123456789abcdef';
const WORDS =
  'build test deploy readme config server client parse index query table user image cache token queue'.split(' ');
const HOSTS = Array.from({ length: 300 }, (_, n) => `${WORDS[n % WORDS.length]}${n}.example.org`);
const TOOLS = ['Bash', 'Read', 'Write', 'Edit', 'Grep', 'WebFetch', 'Glob'];

/** Three records a call, as the daemon writes them; some calls are asked about, few are refused. */
function* records(count: number): Generator<object> {
  const draw = seeded(7);
  const id = (prefix: string): string => `${prefix}_${Array.from({ length: 20 }, () => HEX[draw(16)]).join('')}`;
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)] as T;
  const agents = Array.from({ length: 6 }, () => id('agent'));
  const digest = `sha256:${'ab'.repeat(32)}`;
  let [session, task, agent] = ['', '', ''];
  let rareAt = 0;
  for (let n = 0; n < count; ) {
    if (n % 900 === 0) [session, task, agent] = [id('session'), id('task'), pick(agents)];
    const at = Math.floor(NOW - SPAN_MS + (SPAN_MS * n) / count);
    const call = id('call');
    const isRare = n >= rareAt;
    if (isRare) rareAt += 30_000;
    const tool = isRare ? 'Bash' : pick(TOOLS);
    const folder = `/home/me/work/${pick(WORDS)}-${draw(40)}`;
    const path = `${folder}/src/${pick(WORDS)}/${pick(WORDS)}-${draw(5000)}.ts`;
    const command = `cd ${folder} && npm run ${pick(WORDS)} -- --${pick(WORDS)} ${draw(100_000)} && git ${pick(WORDS)}`;
    const refused = draw(200) === 0;
    const asked = draw(20) === 0;
    const outcome = refused ? 'deny' : asked ? 'confirm' : 'allow';
    const host = pick(HOSTS);
    const kind = isRare ? 'delete' : tool === 'WebFetch' ? 'connect' : tool === 'Bash' ? 'execute' : 'read';
    yield {
      ...{ kind: 'attempt', at, call, agent, task, session, module: 'claude-code', tool, origin: 'hook' },
      ...{ externalId: `toolu_${draw(1e9)}`, cwd: folder, workspace: folder },
      arguments:
        tool === 'Bash'
          ? { command: isRare ? `${command}; drop table customers` : command, description: 'runs it' }
          : { file_path: path },
      digest,
      effects: [
        tool === 'WebFetch'
          ? { kind, target: `${host}:443`, targetKind: 'host', place: 'public', certainty: 'certain' }
          : { kind, target: path, targetKind: 'path', place: 'workspace', certainty: 'certain' },
      ],
      verdict: {
        ...{ outcome, toolClass: 'critical', scope: 'per-call', policy: digest },
        reasons: [
          {
            source: refused ? 'critical-rule' : 'preset',
            part: 'floor',
            id: refused ? `C0${draw(9)}.shell` : 'autonomous',
            outcome,
            text: 'the preset decides what nothing else does',
          },
        ],
      },
    };
    n += 1;
    if (asked) {
      const state = { kind: 'approved', by: draw(5) === 0 ? 'person:anna' : 'person:mia', at };
      yield { kind: 'approval', at, approval: id('approval'), call, digest, state };
      n += 1;
    }
    yield {
      kind: 'outcome',
      at: at + 5,
      call,
      status: refused ? 'refused' : draw(50) === 0 ? 'failed' : 'succeeded',
      by: refused ? 'rule' : asked ? 'user-approved' : 'auto-allowed',
      durationMs: draw(900),
    };
    n += 1;
  }
}

/** The same in every run: the ledger is opened again. */
const signer = createSigningKey('bench.example/query', (n) => Buffer.alloc(n, 7));

async function opened(dir: string): Promise<Ledger> {
  const result = await openLedger({ dir: join(dir, 'ledger'), signer });
  if (result.kind === 'refused') throw new Error(result.message);
  return result.ledger;
}

/** The ledger, made once for each size, with the same records as lines beside it. */
async function made(): Promise<string> {
  const dir = join(process.env.BENCH_CACHE ?? '.cache/bench', `query-2-${COUNT}`);
  if (existsSync(dir)) return dir;
  const fresh = `${dir}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const ledger = await opened(fresh);
  const lines = createWriteStream(join(fresh, 'records.jsonl'));
  let waiting: Promise<unknown>[] = [];
  for (const record of records(COUNT)) {
    const text = JSON.stringify(record);
    waiting.push(ledger.append(Buffer.from(text)));
    lines.write(`${text}\n`);
    if (waiting.length < 2000) continue;
    await Promise.all(waiting);
    waiting = [];
    if (lines.writableNeedDrain) await new Promise<void>((resolve) => lines.once('drain', () => resolve()));
  }
  await Promise.all(waiting);
  await new Promise<void>((resolve) => lines.end(() => resolve()));
  await ledger.close();
  renameSync(fresh, dir);
  return dir;
}

const dir = await made();
const guard = createGuard();
/** Open, as the daemon has it. */
const ledger = await opened(dir);
const { size } = ledger;
/** The daemon's own index of records answers for calls. */
const calls = new Map<string, readonly number[]>();
const source: SearchSource = {
  size,
  read: (from, to) => ledger.readEntries(from, to),
  whole: async () => null,
  ofCall: (call) => calls.get(call) ?? [],
};
const folder = mkdtempSync(join(tmpdir(), 'castellan-query-'));
const path = join(folder, 'search.db');
const openIndex = (): SearchIndex =>
  SearchIndex.open({ path, ledger: 'bench', row: guard.exits.row, source, clock: { every: () => () => undefined } });

try {
  const index = openIndex();
  const cpu = process.cpuUsage();
  let begin = performance.now();
  await index.catchUp(Number.POSITIVE_INFINITY);
  const seconds = (performance.now() - begin) / 1000;
  const used = process.cpuUsage(cpu);
  const perSecond = Math.round(size / seconds);
  const rows: object[] = [
    { what: 'index made', records: size, perSecond, cpuMicros: Number(((used.user + used.system) / size).toFixed(1)) },
  ];

  const rooms = {
    index,
    names: { agents: async () => [], tasks: async () => [] },
    shown: guard.exits.text,
    hides: (text: string) => guard.exits.text(text) !== text || guard.redactor.anyCase().mentions(text).length > 0,
    shownRecord: (record: Json) => JSON.parse(guard.exits.json(record)) as unknown,
    now: () => NOW,
    home: '/home/me',
  };
  const ids = new Map<string, string>();
  for await (const { index: at, entry } of source.read(Math.floor(size / 2), Math.floor(size / 2) + 20)) {
    const record = JSON.parse(Buffer.from(entry).toString()) as Record<string, unknown>;
    if (record.kind === 'attempt')
      for (const name of ['agent', 'task', 'session', 'call']) ids.set(name, String(record[name]));
    if (record.call === ids.get('call'))
      calls.set(String(record.call), [...(calls.get(String(record.call)) ?? []), at]);
  }
  const QUERIES = [
    ...['agent', 'task', 'session', 'call'].map((name) => `${name}:${ids.get(name)}`),
    ...[
      'tool:Bash',
      'tool:claude-code/*',
      'tool:nothing',
      'module:claude-code',
      'verdict:deny',
      'decider:anna',
      'decider:timeout',
    ],
    ...[
      'outcome:failed',
      'outcome:interrupted',
      'effect:delete',
      'effect:spend',
      'path:~/work/query-7/**',
      'path:/etc',
      'path:**/table-99.ts',
    ],
    ...[
      'host:cache30.example.org',
      'host:*1.example.org',
      'host:nobody.example',
      'rule:C04.*',
      'rule:C99',
      'secret:NOBODY',
      'kind:approval',
    ],
    ...[
      'kind:sign-in',
      'change:approved',
      'by:mia',
      'since:2d',
      'until:2026-06-01',
      'on:2026-08-01',
      '"drop table"',
      'customers',
      'absent-word',
    ],
    ...[
      '"npm run deploy"',
      '-tool:Bash',
      '-verdict:allow',
      `agent:${ids.get('agent')} verdict:deny`,
      'effect:delete "drop table"',
    ],
    ...[
      'tool:Bash outcome:failed since:30d',
      'verdict:deny path:~/work/user-3/**',
      'decider:anna tool:Read',
      '-kind:outcome text:zz',
    ],
  ];
  const pages: number[] = [];
  let stopped = 0;
  for (const text of QUERIES) {
    const query = parseQuery(text);
    if (!query.ok) throw new Error(`${text}: ${query.faults[0]?.message}`);
    begin = performance.now();
    const found = await find({ query: query.value, order: 'newest', at: Number.MAX_SAFE_INTEGER, limit: PAGE }, rooms);
    const ms = Number((performance.now() - begin).toFixed(1));
    pages.push(ms);
    if (found.searchedTo !== null) stopped += 1;
    rows.push({ what: text, ms, found: found.positions.length, stopped: found.searchedTo !== null });
  }

  // The peers: the whole of them, for a text that is rare.
  begin = performance.now();
  execFileSync('grep', ['-c', 'drop table', join(dir, 'records.jsonl')]);
  rows.push({ what: 'grep "drop table"', ms: Math.round(performance.now() - begin) });
  const plain = new DatabaseSync(join(folder, 'plain.db'));
  plain.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE records (position INTEGER PRIMARY KEY, data TEXT)',
  );
  const insert = plain.prepare('INSERT INTO records VALUES (?, ?)');
  plain.exec('BEGIN');
  for await (const { index: at, entry } of source.read(0, size)) insert.run(at, Buffer.from(entry).toString());
  plain.exec('COMMIT');
  begin = performance.now();
  plain.prepare("SELECT position FROM records WHERE data LIKE '%drop table%' ORDER BY position DESC LIMIT 50").all();
  rows.push({ what: 'SQLite LIKE "drop table"', ms: Math.round(performance.now() - begin) });
  plain.close();
  await index[Symbol.asyncDispose]();

  const slowest = Math.max(...pages);
  report('query', rows, [
    {
      text: `first page of ${QUERIES.length} queries at ${size} records within 100 ms: at most ${slowest} ms`,
      kept: slowest <= 100,
    },
    { text: `${stopped} of them stopped early, and said so`, kept: true },
    { text: `the index is made at 50,000 records/s or more: ${perSecond}`, kept: perSecond >= 50_000 },
  ]);
} finally {
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
}
