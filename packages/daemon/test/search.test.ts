// The finder over a small ledger: each field alone and together, what becomes known later, what is hidden, what was damaged,
// and how much one question does.
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseQuery } from '@castellan/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGuard } from '../src/exits/index.ts';
import { find } from '../src/records/find.ts';
import { momentOf } from '../src/records/find-clauses.ts';
import { SearchIndex } from '../src/records/search-index.ts';
import { gramsOf, hasBits, type Json, markText } from '../src/records/search-text.ts';
import { wordNumber } from '../src/records/search-words.ts';
import { SLICE_BYTES, SLICES } from '../src/store/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-search-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DAY = 86_400_000;
const NOW = new Date(2026, 10, 20, 12).getTime();
const id = (prefix: string, n: number): string => `${prefix}_${String(n).padStart(20, '0')}`;

interface Made {
  readonly call?: number;
  readonly agent?: number;
  readonly tool?: string;
  readonly outcome?: string;
  readonly effects?: readonly Json[];
  readonly arguments?: unknown;
  readonly rule?: string;
  readonly at?: number;
}
const path = (target: string, kind = 'read'): Json => ({ kind, target, targetKind: 'path' });
const host = (target: string): Json => ({ kind: 'connect', target, targetKind: 'host' });

const attempt = ({
  call = 1,
  agent = 1,
  tool = 'Bash',
  outcome = 'allow',
  rule = 'autonomous',
  at = NOW,
  ...more
}: Made) => ({
  ...{ kind: 'attempt', at, call: id('call', call), agent: id('agent', agent), task: id('task', agent) },
  ...{ session: id('session', agent), module: 'claude-code', tool, arguments: {}, effects: [], ...more },
  verdict: { outcome, reasons: [{ id: rule, text: 'because of it' }] },
});
const ended = (call: number, status: string, by: string, at = NOW) => ({
  kind: 'outcome',
  at,
  call: id('call', call),
  status,
  by,
});
const answered = (call: number, by: string, at = NOW) => ({
  ...{ kind: 'approval', at, call: id('call', call), approval: id('approval', call) },
  state: { kind: 'approved', by: `person:${by}`, at },
});

class Ledger {
  readonly entries: Uint8Array[] = [];
  readonly whole = new Map<number, Json>();
  reads = 0;
  onRead = (): void => undefined;
  sealedTo = 0;

  add(...records: readonly object[]): this {
    for (const record of records) this.entries.push(new TextEncoder().encode(JSON.stringify(record)));
    return this;
  }

  get source() {
    const { entries, whole } = this;
    return {
      get size() {
        return entries.length;
      },
      read: (from: number, to: number) => this.#read(from, to),
      whole: async (index: number) => (whole.get(index) ?? null) as never,
      ofCall: (call: string) =>
        entries.flatMap((entry, at) => (new TextDecoder().decode(entry).includes(`"${call}"`) ? [at] : [])),
    };
  }

  async *#read(from: number, to: number) {
    this.reads += 1;
    this.onRead();
    for (let index = Math.max(from, this.sealedTo); index < Math.min(to, this.entries.length); index += 1) {
      const entry = this.entries[index];
      if (entry !== undefined) yield { index, entry };
    }
  }
}

let files = 0;
function indexOf(ledger: Ledger, file = `search-${++files}.db`, name = 'key') {
  const guard = createGuard();
  const open = (): SearchIndex =>
    SearchIndex.open({
      path: join(folder, file),
      ledger: name,
      row: guard.exits.row,
      source: ledger.source,
      clock: { every: () => () => undefined },
    });
  return { guard, index: open(), file: join(folder, file) };
}

const AGENTS = new Map([
  ['claude', id('agent', 1)],
  ['codex', id('agent', 2)],
]);

async function asked(
  { index, guard: { exits, redactor } }: Pick<ReturnType<typeof indexOf>, 'index' | 'guard'>,
  text: string,
  { order = 'newest', at, limit = 1000 }: { order?: 'newest' | 'oldest'; at?: number; limit?: number } = {},
) {
  const query = parseQuery(text);
  if (!query.ok) throw new Error(query.faults[0]?.message);
  return find(
    { query: query.value, order, limit, at: at ?? (order === 'newest' ? Number.MAX_SAFE_INTEGER : 0) },
    {
      index,
      names: {
        agents: async (pattern) =>
          [...AGENTS].flatMap(([name, agent]) => (name === pattern || pattern === '*' ? [agent] : [])),
        tasks: async () => [],
      },
      shown: exits.text,
      hides: (text) => exits.text(text) !== text || redactor.anyCase().mentions(text).length > 0,
      shownRecord: (record) => JSON.parse(exits.json(record)) as unknown,
      now: () => NOW,
      home: '/home/me',
    },
  );
}

const SMALL = new Ledger().add(
  /* 0 */ attempt({ call: 1, tool: 'Read', effects: [path('/home/me/work/a/b.txt')], at: NOW - 3 * DAY }),
  /* 1 */ ended(1, 'succeeded', 'auto-allowed', NOW - 3 * DAY),
  /* 2 */ attempt({
    call: 2,
    agent: 2,
    tool: 'Bash',
    outcome: 'confirm',
    arguments: { command: 'Drop TABLE "x"' },
    effects: [path('/etc/hosts', 'delete')],
    at: NOW - DAY,
  }),
  /* 3 */ answered(2, 'anna', NOW - DAY),
  /* 4 */ ended(2, 'failed', 'user-approved', NOW - DAY),
  /* 5 */ attempt({
    call: 3,
    tool: 'WebFetch',
    outcome: 'deny',
    rule: 'C07.upload',
    effects: [host('evil.example.org:8443')],
  }),
  /* 6 */ ended(3, 'refused', 'rule'),
  /* 7 */ {
    kind: 'sign-in',
    at: NOW,
    who: 'anna',
    change: 'failed',
    address: '127.0.0.1',
    client: 'x',
    factor: 'none',
    text: 'wrong password',
  },
  /* 8 */ { kind: 'secret', at: NOW, secret: 'GITHUB_TOKEN', change: 'rotated', by: 'person:mia' },
  /* 9 */ attempt({ call: 4, tool: 'Bash', arguments: { command: `curl -H $\{secret:GITHUB_TOKEN}` } }),
  /* 10 */ { kind: 'alarm', at: NOW, alarm: { kind: 'not-held', agent: id('agent', 2), text: 'it ran' } },
);
let small: ReturnType<typeof indexOf>;
beforeAll(() => {
  small = indexOf(SMALL);
});
afterAll(() => small.index[Symbol.asyncDispose]());

test.each<[string, readonly number[]]>([
  ['', [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
  ['agent:claude', [9, 6, 5, 1, 0]],
  ['agent:codex,claude kind:attempt', [9, 5, 2, 0]],
  [`agent:${id('agent', 2)}`, [10, 4, 3, 2]],
  ['agent:nobody', []],
  ['-agent:*', [8, 7]],
  [`call:${id('call', 2)}`, [4, 3, 2]],
  [`-call:${id('call', 2)} kind:outcome`, [6, 1]],
  [`task:${id('task', 2)}`, [4, 3, 2]],
  [`session:${id('session', 2)} kind:approval`, [3]],
  ['tool:Read', [1, 0]],
  ['tool:claude-code/read', [1, 0]],
  ['tool:web* kind:attempt', [5]],
  ['tool:claude-code/* -kind:attempt', [6, 4, 3, 1]],
  ['module:claude-code kind:approval', [3]],
  ['verdict:deny,confirm', [6, 5, 4, 3, 2]],
  ['decider:anna', [3, 2]],
  ['decider:rule', [6, 5]],
  ['outcome:failed', [4, 2]],
  ['-outcome:failed,succeeded,refused kind:attempt', [9]],
  ['effect:delete', [2]],
  ['path:~/work/**', [0]],
  ['path:~/work/a', [0]],
  ['path:~/work/a/*.txt', [0]],
  ['path:~/wor', []],
  ['path:/etc,~/work', [2, 0]],
  ['path:/', [2, 0]],
  ['-path:/etc kind:attempt', [9, 5, 0]],
  ['host:evil.example.org', [5]],
  ['host:*.example.org', [5]],
  ['host:*.example', []],
  ['rule:C07.*', [5]],
  ['secret:github_token', [9, 8]],
  ['secret:git*', [9, 8]],
  ['kind:sign-in,secret', [8, 7]],
  ['change:rotated', [8]],
  ['change:not-held', [10]],
  ['by:anna', [7, 3]],
  ['by:"person:mia"', [8]],
  ['since:2d kind:attempt', [9, 5, 2]],
  ['until:2d', [1, 0]],
  ['on:yesterday', [4, 3, 2]],
  ['on:today kind:attempt', [9, 5]],
  ['-since:2d', [1, 0]],
  ['drop', [2]],
  ['"drop table \\"x"', [2]],
  ['drop curl', []],
  ['-drop kind:attempt', [9, 5, 0]],
  ['code/web', [5]],
  ['"wrong pass"', [7]],
  ['ab', [2]],
  ['x', [7, 5, 2, 0]],
  ['verdict:confirm decider:anna effect:delete "drop table"', [2]],
])('%s', async (text, positions) => {
  expect((await asked(small, text)).positions).toEqual(positions);
  const oldest = await asked(small, text, { order: 'oldest' });
  expect(oldest.positions).toEqual(positions.toReversed());
});

test('moments are local days, or that long ago', () => {
  expect(momentOf('2h', NOW)).toBe(NOW - 7_200_000);
  expect(momentOf('today', NOW)).toBe(new Date(2026, 10, 20).getTime());
  expect(momentOf('2026-11-19t10:30', NOW)).toBe(new Date(2026, 10, 19, 10, 30).getTime());
});

test('a text is in its own signature, and hardly any other is', () => {
  const grams = new Uint8Array(SLICES * SLICE_BYTES);
  markText(grams, 'the quick brown fox jumps over the lazy dog');
  const has = (text: string): boolean =>
    gramsOf(text).every((gram) =>
      hasBits(grams.subarray(gram.slice * SLICE_BYTES, (gram.slice + 1) * SLICE_BYTES), gram),
    );
  expect(has('brown fox jumps')).toBe(true);
  expect(['wolf runs', 'lazier', 'quack!!', 'dogs over', 'xyzzy'].filter(has)).toEqual([]);
});

test('pages follow each other without a gap or a repeat, over many blocks, both ways, and after a restart', async () => {
  const ledger = new Ledger();
  for (let n = 0; n < 700; n += 1)
    ledger.add(attempt({ call: n, tool: n % 3 === 0 ? 'Read' : 'Bash', arguments: { command: `step ${n} of it` } }));
  const first = indexOf(ledger, 'pages.db');
  await first.index.catchUp(300);
  expect(first.index.status).toMatchObject({ indexed: 300, size: 700 });
  await first.index[Symbol.asyncDispose]();
  const it = indexOf(ledger, 'pages.db');
  const everything = ledger.entries.map((_, at) => at);
  for (const text of ['', 'tool:read', 'step', '"of it" tool:bash'])
    for (const order of ['newest', 'oldest'] as const) {
      const seen: number[] = [];
      for (let at: number | null = order === 'newest' ? 700 : 0; at !== null && seen.length < 700; ) {
        const page = await asked(it, text, { order, at, limit: 37 });
        seen.push(...page.positions);
        at = order === 'oldest' && page.positions.length === 0 ? null : page.next;
      }
      const wanted = everything.filter((n) =>
        text.includes('read') ? n % 3 === 0 : text.includes('bash') ? n % 3 !== 0 : true,
      );
      expect(seen, `${text} ${order}`).toEqual(order === 'newest' ? wanted.toReversed() : wanted);
    }
  await it.index[Symbol.asyncDispose]();
});

test('what is told of a call long after it is known of its attempt', async () => {
  const ledger = new Ledger().add(attempt({ call: 1, tool: 'Read' }));
  for (let n = 0; n < 9000; n += 1) ledger.add(attempt({ call: 10 + n }));
  ledger.add(ended(1, 'interrupted', 'timeout'));
  const it = indexOf(ledger);
  await it.index.catchUp(20_000);
  expect((await asked(it, 'decider:timeout')).positions).toEqual([9001, 0]);
  expect((await asked(it, 'tool:read outcome:interrupted')).positions).toEqual([9001, 0]);
  await it.index[Symbol.asyncDispose]();
});

test('a record in parts is one record, where it is joined', async () => {
  const ledger = new Ledger().add(
    { kind: 'part', of: 'a', n: 0, text: '{"kind"' },
    { kind: 'joined', of: 'a', parts: 1, digest: 'x' },
  );
  ledger.whole.set(1, attempt({ arguments: { text: 'a needle in it' } }) as unknown as Json);
  const it = indexOf(ledger);
  expect((await asked(it, 'needle')).positions).toEqual([1]);
  expect((await asked(it, '')).positions).toEqual([1]);
  await it.index[Symbol.asyncDispose]();
});

test('what was sealed is not found any more, before and after the index is made anew', async () => {
  const ledger = new Ledger();
  const hosts = (n: number): readonly Json[] => [host(n < 512 ? 'was.example.org' : 'is.example.org')];
  for (let n = 0; n < 600; n += 1)
    ledger.add(attempt({ call: n, arguments: { command: `step ${n} of it` }, effects: hosts(n) }));
  const it = indexOf(ledger, 'sealed.db');
  expect((await asked(it, '"step 77 of"')).positions).toEqual([77]);
  expect((await asked(it, 'host:was.*')).positions).toHaveLength(512);
  ledger.add({ kind: 'sealed', at: NOW, from: 0, to: 512, by: 'retention' });
  ledger.sealedTo = 512;
  for (const again of [it, indexOf(ledger, 'sealed-anew.db')]) {
    expect((await asked(again, '"step 77 of"')).positions).toEqual([]);
    expect((await asked(again, 'tool:bash')).positions).toEqual(
      ledger.entries
        .map((_, at) => at)
        .slice(512, 600)
        .reverse(),
    );
    expect((await asked(again, '"step 555 of"')).positions).toEqual([555]);
    expect(again.index.store.names('host', '', 10)).toEqual(['is.example.org']);
    expect(again.index.store.words([wordNumber('host', 'was.example.org')], 0, 9)).toEqual([]);
    if (again !== it) await again.index[Symbol.asyncDispose]();
  }
  // One that comes again is a name again.
  ledger.add(attempt({ call: 700, effects: hosts(0) }));
  expect((await asked(it, 'host:was.*')).positions).toEqual([601]);
  await it.index[Symbol.asyncDispose]();
});

test('what was sealed is forgotten after an end in between, too', async () => {
  const ledger = new Ledger();
  for (let n = 0; n < 300; n += 1) ledger.add(attempt({ call: n, effects: [host('was.example.org')] }));
  const first = indexOf(ledger, 'killed.db');
  expect((await asked(first, 'host:was.*')).positions).toHaveLength(300);
  ledger.add({ kind: 'sealed', at: NOW, from: 0, to: 256, by: 'retention' });
  ledger.sealedTo = 256;
  // The transaction that says so is written, and then the disk is full, or somebody kills it.
  first.index.store.forget = () => {
    throw new Error('no room');
  };
  await expect(first.index.catchUp(1)).rejects.toThrow('no room');
  await first.index[Symbol.asyncDispose]();
  const word = wordNumber('host', 'was.example.org');
  const second = indexOf(ledger, 'killed.db');
  expect(second.index.store.words([word], 0, 1), 'still there').toHaveLength(1);
  ledger.add(attempt({ call: 400 }));
  await second.index.catchUp(1);
  expect(second.index.store.words([word], 0, 1)).toEqual([]);
  expect(second.index.store.owed).toBe(0);
  await second.index[Symbol.asyncDispose]();
});

test('a question during which the index is made anew is asked again, and does not end early', async () => {
  const ledger = new Ledger();
  for (let n = 0; n < 5000; n += 1) ledger.add(attempt({ call: n, tool: n % 500 === 0 ? 'Rare' : 'Bash' }));
  const it = indexOf(ledger);
  await it.index.catchUp(Number.POSITIVE_INFINITY);
  // Records are read to be checked once the first blocks were looked at.
  ledger.onRead = () => {
    ledger.onRead = () => undefined;
    void it.index.remake('the test asked for it');
  };
  const { positions, next } = await asked(it, 'tool:rare "because of it"');
  expect(it.index.made).toBe(1);
  expect(positions.slice(-3)).toEqual([1000, 500, 0]);
  expect(next).toBe(null);
  await it.index[Symbol.asyncDispose]();
});

test('searching spells nothing out that is not shown', async () => {
  const ledger = new Ledger().add(
    attempt({
      call: 1,
      tool: 'WebFetch',
      arguments: { url: 'https://Zq9hunterZq9.example' },
      effects: [host('zq9hunterzq9.example'), path('/tmp/Zq9hunterZq9/x')],
    }),
    attempt({ call: 2 }),
  );
  const it = indexOf(ledger);
  const GUESSES = [
    'hunter',
    '"zq9hun"',
    'host:zq9*',
    'host:zq9hunterzq9.example',
    'path:/tmp/Zq9*/**',
    'path:/tmp/Zq9hunterZq9',
    'Zq9hunterZq9',
  ];
  for (const guess of GUESSES) expect((await asked(it, guess)).positions, guess).toEqual([0]);
  it.guard.redactor.learn({ name: 'password', value: 'Zq9hunterZq9' });
  it.guard.redactor.learn({ name: 'password2', value: 'zq9hunterzq9' });
  for (const guess of GUESSES) expect((await asked(it, guess)).positions, guess).toEqual([]);
  for (const guess of GUESSES) expect((await asked(it, `-${guess}`)).positions, guess).toEqual([1, 0]);
  await it.index[Symbol.asyncDispose]();
});

test.each<[string, (file: string) => void, string]>([
  ['nonsense', (file) => writeFileSync(file, 'not a database at all'.repeat(500)), 'its file was damaged'],
  ['cut in the middle', (file) => truncateSync(file, Math.floor(statSync(file).size / 2)), 'its file was damaged'],
  ['of another ledger', () => undefined, ''],
  ['of a longer ledger', () => undefined, 'it was of a longer ledger'],
])('an index that is %s is made anew', async (what, spoil, why) => {
  const ledger = new Ledger();
  for (let n = 0; n < 600; n += 1) ledger.add(attempt({ call: n, arguments: { command: `step ${n} of it` } }));
  const first = indexOf(ledger, `spoilt-${what}.db`);
  await first.index.catchUp(1000);
  await first.index[Symbol.asyncDispose]();
  spoil(first.file);
  if (what === 'of a longer ledger') ledger.entries.splice(100);
  const it = indexOf(ledger, `spoilt-${what}.db`, what === 'of another ledger' ? 'other' : 'key');
  expect((await asked(it, 'tool:bash', { limit: 1 })).positions).toEqual([ledger.entries.length - 1]);
  expect((await asked(it, '"step 77 of"')).positions).toEqual([77]);
  if (why !== '') expect(it.index.status.remade).toBe(why);
  await it.index[Symbol.asyncDispose]();
});

test('one question reads a bounded part of the ledger, says how far, and the next goes on', async () => {
  const ledger = new Ledger();
  // Each block has the trigrams, no record the text.
  for (let n = 0; n < 120 * 256; n += 1)
    ledger.add({ kind: 'refusal', at: NOW - (120 * 256 - n), who: 'x', what: n % 2 === 0 ? 'abcd' : 'bcde', text: '' });
  const it = indexOf(ledger);
  await it.index.catchUp(200_000);
  ledger.reads = 0;
  const page = await asked(it, 'abcde');
  expect(page).toMatchObject({ positions: [], next: expect.any(Number), searchedTo: expect.any(Number) });
  expect(ledger.reads).toBeLessThan(60);
  const next = await asked(it, 'abcde', { at: page.next ?? 0 });
  expect(next.next ?? 0).toBeLessThan(page.next ?? 0);
  await it.index[Symbol.asyncDispose]();
});

test('names that were learned of in another case are not spelled out either', async () => {
  const it = indexOf(new Ledger().add(attempt({ tool: 'toolZq9HunterZq9' })));
  for (const guess of ['tool:tool*', 'tool:toolzq9h*']) expect((await asked(it, guess)).positions, guess).toEqual([0]);
  it.guard.redactor.learn({ name: 'password', value: 'Zq9HunterZq9' });
  for (const guess of ['tool:toolzq9h*', 'tool:toolzq9hunterzq9'])
    expect((await asked(it, guess)).positions, guess).toEqual([]);
  await it.index[Symbol.asyncDispose]();
});

test('nobody hides behind names: all of them are compared', async () => {
  const ledger = new Ledger();
  for (let n = 0; n < 40; n += 1)
    ledger.add(attempt({ call: n, effects: Array.from({ length: 60 }, (_, k) => host(`a-${n}-${k}.example.com`)) }));
  ledger.add(attempt({ call: 600, effects: [host('out.evil.example.org')] }));
  const it = indexOf(ledger);
  expect((await asked(it, 'host:*.evil.example.org')).positions).toEqual([40]);
  expect((await asked(it, 'host:a-7-*.example.com')).positions).toEqual([7]);
  expect((await asked(it, 'host:a-*.*.com', { limit: 3 })).positions).toEqual([39, 38, 37]);
  await it.index[Symbol.asyncDispose]();
});

test('what no record fits yet is looked for to the end of the index and not beyond: a collector would go past it', async () => {
  const ledger = new Ledger();
  for (let n = 0; n < 10_000; n += 1) ledger.add(attempt({ call: n }));
  ledger.add(attempt({ call: 20_000, effects: [host('out.evil.example.org')] }));
  const it = indexOf(ledger);
  const found: number[] = [];
  for (let at = 0; at < ledger.entries.length; ) {
    const page = await asked(it, 'host:*.evil.example.org', { order: 'oldest', at });
    found.push(...page.positions);
    expect(page.next).toBeGreaterThan(at);
    at = page.next ?? ledger.entries.length;
  }
  expect(found).toEqual([10_000]);
  await it.index[Symbol.asyncDispose]();
});

test('while all of it is made anew, a question waits for a part of it', async () => {
  const ledger = new Ledger();
  for (let n = 0; n < 40_000; n += 1) ledger.add(attempt({ call: n }));
  const it = indexOf(ledger);
  const whole = it.index.catchUp(Number.POSITIVE_INFINITY);
  const { positions, next } = await asked(it, 'tool:bash', { order: 'oldest', limit: 100_000 });
  expect(it.index.status.indexed).toBeLessThan(20_000);
  // What is in the index is found, all of it, and nothing is passed over.
  expect(positions).toEqual(Array.from({ length: next ?? 0 }, (_, at) => at));
  await whole;
  expect(it.index.status.indexed).toBe(40_000);
  await it.index[Symbol.asyncDispose]();
});
