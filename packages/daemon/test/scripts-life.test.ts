// What becomes of a version (S3), as the room keeps it: the table of states, pins, bytes that were changed, two answers at once,
// and what a crash leaves.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Actor,
  type AlarmKind,
  type Capabilities,
  DEFAULT_CONFIG,
  type Inspection,
  type LedgerRecord,
  type ScriptVersion,
  scriptLimitsSchema,
} from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { createGuard } from '../src/exits/index.ts';
import { Scriptorium } from '../src/scripts/index.ts';
import { MOST, roomFor } from '../src/scripts/keep/room.ts';
import { type Step, stepped } from '../src/scripts/states.ts';
import { openStore } from '../src/store/index.ts';
import { manualClock } from './fixtures.ts';

const MIA: Actor = { kind: 'person', user: 'user_aaaaaaaa', name: 'mia', role: 'admin', signIn: 'signin_aaaaaaaa' };
const LIMITS = scriptLimitsSchema.parse({});
const who = (actor: Actor = MIA) => ({ actor, factor: null });
const always = new AbortController().signal;

/** Stands for the child: reads the few words that these sources have. */
const inspected = async (source: string): Promise<Inspection> => {
  const listed = (key: string): string[] =>
    (new RegExp(`# @${key}: (.*)`).exec(source)?.[1] ?? '').split(' ').filter(Boolean);
  if (source.includes('broken')) return { kind: 'faulty', faults: [{ line: 1, column: 1, message: 'got broken' }] };
  const capabilities = { secrets: listed('secrets').sort(), hosts: listed('hosts').sort(), tools: [], limits: LIMITS };
  const about = { description: listed('description').join(' '), author: '', version: '' };
  return { kind: 'sound', about, capabilities, loads: listed('loads'), entry: 'result', parameters: [] };
};

async function room(folder = tempFolder(), clock = manualClock(), records: LedgerRecord[] = []) {
  const home = join(folder, 'state');
  mkdirSync(join(home, 'scripts'), { recursive: true, mode: 0o700 });
  const { redactor, exits } = createGuard();
  redactor.learn({ name: 'API_KEY', value: 'hunter2-hunter2-here' });
  const store = await openStore(join(home, 'castellan.db'), exits.row);
  const alarms = new Map<AlarmKind, string>();
  const ledger = { works: true };
  const waits: string[] = [];
  const factors = { inUse: false };
  const parts = {
    clock,
    exits,
    redactor,
    store,
    alarms: {
      open: () => [],
      raise: (kind: AlarmKind, _agent: unknown, text: string) => void alarms.set(kind, text),
      end: (kind: AlarmKind) => void alarms.delete(kind),
    },
    records: {
      async record(record: LedgerRecord) {
        if (!ledger.works) throw new Error('the ledger failed');
        return records.push(record) - 1;
      },
      async query({ changes = [] }: { changes?: readonly string[] }) {
        return records.flatMap((record, index) =>
          record.kind === 'script' && changes.includes(record.change) ? [{ index, record }] : [],
        );
      },
    },
    factors: { has: () => factors.inUse, users: () => new Set(factors.inUse ? ['user_aaaaaaaa'] : []) },
    policy: { policy: { config: DEFAULT_CONFIG, compiled: { modules: new Map(), deny: [] } } },
    vault: { list: () => [] },
  };
  const life = await Scriptorium.open({
    parts: parts as never,
    folder: join(home, 'scripts'),
    inspect: inspected,
    waits: ({ script, number }) => void waits.push(`${script} ${number}`),
    answered: () => undefined,
    changed: () => undefined,
  });
  const propose = async (name: string, source: string, by = 'agent:agent_aaaaaaaa') => {
    const proposed = await life.propose({ name, source, note: '', by }, always);
    if (!proposed.ok) throw new Error(proposed.message);
    return proposed.value;
  };
  const approved = async (name: string, source: string) => {
    const answer = await life.approve(name, (await propose(name, source)).digest, who());
    if (!answer.ok) throw new Error(answer.message);
    return answer.value;
  };
  return {
    life,
    propose,
    approved,
    clock,
    records,
    alarms,
    ledger,
    waits,
    factors,
    folder: join(home, 'scripts'),
    /** Of a digest of bytes. */
    file: (source: string) => join(home, 'scripts', source.slice(7, 9), `${source.slice(9)}.star`),
    async reopened(meanwhile: (db: typeof store.db) => Promise<void> = async () => undefined) {
      await meanwhile(store.db);
      await store[Symbol.asyncDispose]();
      return room(folder, clock, records);
    },
  };
}

test('the table of states: a version is approved by a yes to it, and nothing leads back to waiting', () => {
  const kinds: ScriptVersion['state']['kind'][] = ['pending', 'approved', 'rejected', 'disabled', 'superseded'];
  const steps: Step[] = ['approve', 'reject', 'disable', 'restore', 'supersede'];
  const table = kinds.map((kind) =>
    steps.map((step) => {
      const next = stepped(kind, step);
      return next.ok ? next.next : '-';
    }),
  );
  expect(table).toEqual([
    ['approved', 'rejected', '-', '-', '-'],
    ['-', '-', 'disabled', '-', 'superseded'],
    ['approved', '-', '-', '-', '-'],
    ['-', '-', '-', 'approved', '-'],
    ['-', '-', '-', 'approved', '-'],
  ]);
  for (const kind of kinds)
    for (const step of steps) {
      const next = stepped(kind, step);
      if (!next.ok) expect(next.message.length * next.hint.length).toBeGreaterThan(0);
    }
});

test('approved is what the ledger says: who writes a yes into the database gets an alarm and no run', async () => {
  const first = await room();
  const honest = await first.approved('honest', 'result = 1');
  const forged = await first.propose('forged', 'result = "evil"');
  const old = await first.approved('moved', 'result = "old"');
  await first.approved('moved', 'result = "new"');
  const second = await first.reopened(async (db) => {
    for (const { id, data } of await db.selectFrom('script_versions').selectAll().execute()) {
      const version = JSON.parse(Buffer.from(data).toString()) as ScriptVersion;
      const isNew = version.script === 'moved' && version.digest !== old.digest;
      if (version.script === 'honest') continue;
      const state = isNew
        ? { kind: 'superseded', by: old.digest, at: 1 }
        : { kind: 'approved', by: 'person:mia', at: 1 };
      await db
        .updateTable('script_versions')
        .set({ data: Buffer.from(JSON.stringify({ ...version, state })) })
        .where('id', '=', id)
        .execute();
    }
  });
  expect((await second.life.toRun('honest')).ok).toBe(true);
  for (const { script, digest } of [forged, old]) {
    expect(await second.life.toRun(script)).toMatchObject({ ok: false, error: { code: 'script_disabled' } });
    expect(second.life.find(script, digest)?.state.kind).toBe('disabled');
  }
  expect(second.alarms.get('script-modified')).toMatch(/`forged`.*`moved`|`moved`.*`forged`/);
  expect(honest.state.kind).toBe('approved');
  const third = await second.reopened();
  expect(third.alarms.size).toBe(0);
  expect((await third.life.toRun('honest')).ok).toBe(true);
});

test('what waits, is rejected, disabled or superseded does not run, and says why in a code of its own', async () => {
  const { life, propose, waits } = await room();
  const first = await propose('greet', 'result = 1');
  expect(waits).toEqual(['greet 1']);
  const code = async (digest?: ScriptVersion['digest']) => {
    const found = await life.toRun('greet', digest);
    return found.ok ? found.source : found.error.code;
  };
  expect(await code()).toBe('script_pending');
  expect((await life.reject('greet', first.digest, 'say hello', MIA)).ok).toBe(true);
  const rejected = await life.toRun('greet');
  expect(rejected).toMatchObject({ ok: false, error: { code: 'script_rejected' } });
  expect(JSON.stringify(rejected)).toContain('say hello');
  const second = await propose('greet', 'result = 2');
  expect((await life.approve('greet', second.digest, who())).ok).toBe(true);
  expect(await code()).toBe('result = 2');
  const third = await propose('greet', 'result = 3');
  expect(await code()).toBe('result = 2');
  await life.approve('greet', third.digest, who());
  expect(await code()).toBe('result = 3');
  expect(await code(second.digest)).toBe('script_not_approved');
  expect((await life.approve('greet', second.digest, who())).ok).toBe(false);
  expect((await life.restore('greet', second.digest, who())).ok).toBe(true);
  expect(await code()).toBe('result = 2');
  await life.disable('greet', 'no longer', MIA);
  expect(await code()).toBe('script_disabled');
  expect(await code('sha256:00' as never)).toBe('script_not_found');
  expect((await life.toRun('../greet')).ok).toBe(false);
});

test('the same bytes proposed again are the same version and keep what became of them', async () => {
  const { life, propose, waits } = await room();
  const first = await propose('greet', 'result = 1');
  await life.reject('greet', first.digest, 'no', MIA);
  const again = await propose('greet', 'result = 1');
  expect(again).toMatchObject({ digest: first.digest, number: 1, state: { kind: 'rejected' } });
  expect((await propose('greet', 'result = 1\n')).digest).not.toBe(first.digest);
  // Under another name it is approved by nobody.
  const other = await propose('hello', 'result = 1');
  expect(other.digest).toBe(first.digest);
  await life.approve('greet', first.digest, who());
  expect(await life.toRun('hello')).toMatchObject({ ok: false, error: { code: 'script_pending' } });
  expect(waits).toEqual(['greet 1', 'greet 2', 'hello 1']);
});

test('whoever is no person, or shows no second factor where there is one, approves nothing and takes nothing away', async () => {
  const { life, propose, factors, records } = await room();
  const { digest } = await propose('greet', 'result = 1');
  const others: Actor[] = [
    { kind: 'nobody' },
    { kind: 'agent', agent: 'agent_aaaaaaaa' },
    { kind: 'model', agent: 'agent_aaaaaaaa' },
    { kind: 'local-cli' },
    { kind: 'api-token', token: 'apitoken_aaaaaaaa', name: 'ci', permissions: new Set(['scripts:approve']) },
    { kind: 'link', channel: 'mail' },
  ];
  for (const actor of others) {
    expect(await life.approve('greet', digest, who(actor))).toMatchObject({ ok: false, code: 'not-a-person' });
    expect(await life.restore('greet', digest, who(actor))).toMatchObject({ ok: false, code: 'not-a-person' });
    expect(await life.reject('greet', digest, 'no', actor)).toMatchObject({ ok: false, code: 'not-a-person' });
    expect(await life.disable('greet', 'no', actor)).toMatchObject({ ok: false, code: 'not-a-person' });
  }
  factors.inUse = true;
  expect(await life.approve('greet', digest, who())).toMatchObject({ ok: false, code: 'factor-required' });
  expect(await life.approve('greet', digest, { actor: MIA, factor: 'totp' })).toMatchObject({ ok: true });
  expect(records).toMatchObject([
    { kind: 'script', change: 'proposed', by: 'agent:agent_aaaaaaaa' },
    { kind: 'script', change: 'approved', by: 'person:mia', factor: 'totp', digest },
  ]);
});

test('of two approvals at once one is first: one version is approved, the other is told so', async () => {
  const { life, propose } = await room();
  const [a, b] = [await propose('greet', 'result = 1'), await propose('greet', 'result = 2')];
  const [one, same] = await Promise.all([
    life.approve('greet', a.digest, who()),
    life.approve('greet', a.digest, who()),
  ]);
  expect([one.ok, same.ok]).toEqual([true, false]);
  await Promise.all([life.approve('greet', b.digest, who()), life.disable('greet', '', MIA)]);
  expect(life.of('greet').filter(({ state }) => state.kind === 'approved')).toHaveLength(0);
  expect(life.of('greet').map(({ state }) => state.kind)).toEqual(['disabled', 'superseded']);
});

test('an approval that cannot be recorded is none; a rejection holds whatever the ledger does', async () => {
  const { life, propose, approved, ledger } = await room();
  const { digest } = await propose('greet', 'result = 1');
  await approved('other', 'result = 5');
  ledger.works = false;
  await expect(life.approve('greet', digest, who())).rejects.toThrow('the ledger failed');
  expect(life.approved('greet')).toBeNull();
  await expect(life.disable('other', '', MIA)).rejects.toThrow('the ledger failed');
  expect(life.approved('other')).toBeNull();
});

test('bytes that are not what was approved do not run, however they were exchanged', async () => {
  const { life, approved, file, alarms, records } = await room();
  const { source, script } = await approved('greet', 'result = 1');
  const path = file(source);
  const code = async () => {
    const found = await life.toRun(script);
    return found.ok ? 'runs' : found.error.code;
  };
  expect(await code()).toBe('runs');
  // The cache of OpenPact: bad bytes while they are looked at, good ones afterwards. Here there is no cache.
  writeFileSync(path, 'result = 2');
  expect(await code()).toBe('script_modified');
  expect(alarms.get('script-modified')).toContain('`greet`');
  writeFileSync(path, 'result = 1');
  expect(await code()).toBe('runs');
  await life.upkeep();
  expect(alarms.size).toBe(0);
  writeFileSync(path, Buffer.from([...Buffer.from('result = 1'), 0xff]));
  expect(await code()).toBe('script_modified');
  rmSync(path);
  expect(await code()).toBe('script_modified');
  const elsewhere = join(tempFolder(), 'same.star');
  writeFileSync(elsewhere, 'result = 1');
  symlinkSync(elsewhere, path);
  expect(await code()).toBe('script_modified');
  expect(records.filter((record) => record.kind === 'script' && record.change === 'refused').length).toBeGreaterThan(0);
  // Nor is it approved again as it is.
  await life.disable('greet', '', MIA);
  const version = life.of('greet')[0];
  expect(await life.restore('greet', version?.digest ?? 'sha256:0', who())).toMatchObject({
    ok: false,
    error: 'script_modified',
  });
});

test('the same bytes proposed again mend a source that was damaged, and the alarm ends with the first good read', async () => {
  const { life, propose, approved, file, alarms } = await room();
  const waits = await propose('greet', 'result = 1');
  writeFileSync(file(waits.source), 'result = 1#');
  expect(await life.approve('greet', waits.digest, who())).toMatchObject({ ok: false, error: 'script_modified' });
  expect(alarms.get('script-modified')).toContain('`greet`');
  await propose('greet', 'result = 1');
  expect(alarms.size).toBe(0);
  expect(await life.approve('greet', waits.digest, who())).toMatchObject({ ok: true });
  const other = await approved('other', 'result = 2');
  for (const { source } of [waits, other]) writeFileSync(file(source), 'evil');
  for (const name of ['greet', 'other'])
    expect(await life.toRun(name)).toMatchObject({ ok: false, error: { code: 'script_modified' } });
  expect(alarms.get('script-modified')).toContain('`greet`, `other`');
  // Put back by hand: the next run that reads it says so.
  writeFileSync(file(waits.source), 'result = 1');
  expect((await life.toRun('greet')).ok).toBe(true);
  expect(alarms.get('script-modified')).toMatch(/^`other`: /);
  // Nothing of it can run any more.
  await life.disable('other', '', MIA);
  expect(alarms.size).toBe(0);
  writeFileSync(file(waits.source), 'evil');
  expect((await life.toRun('greet')).ok).toBe(false);
  await approved('greet', 'result = 3');
  expect(alarms.size).toBe(0);
});

test('a version is compared with what was approved, and with nothing that a person refused', async () => {
  const { life, propose, approved } = await room();
  const against = async (name: string, digest: ScriptVersion['digest']) => {
    const seen = await life.review(name, digest);
    if (!seen.ok) throw new Error(seen.message);
    return seen.value.against?.version.number ?? null;
  };
  const first = await propose('greet', 'result = 1');
  await life.reject('greet', first.digest, 'it harms', MIA);
  const tweaked = await propose('greet', 'result = 1 # tweak');
  // All of it is shown: an agent gets no refused program past anybody as a change of one line.
  expect(await against('greet', tweaked.digest)).toBeNull();
  await approved('greet', 'result = 3');
  expect(await against('greet', tweaked.digest)).toBe(3);
  await life.disable('greet', '', MIA);
  const last = await propose('greet', 'result = 4');
  expect(await against('greet', last.digest)).toBe(3);
  const fifth = await approved('greet', 'result = 5');
  expect(await against('greet', fifth.digest)).toBe(3);
  // What was refused may be approved after all, and then it is what others are compared with.
  expect(await life.approve('greet', first.digest, who())).toMatchObject({ ok: true });
  expect(await against('greet', first.digest)).toBe(5);
  expect(await against('greet', last.digest)).toBe(1);
});

test('a row that was changed is no version any more, and somebody is told', async () => {
  const before = await room();
  const { digest } = await before.approved('greet', 'result = 1');
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(before.folder, '..', 'castellan.db'));
  const row = database.prepare('SELECT id, data FROM script_versions').get() as { id: Uint8Array; data: Uint8Array };
  const text = Buffer.from(row.data).toString('utf8');
  expect(text).toContain('"hosts":[]');
  const wider = text.replace('"hosts":[]', '"hosts":["evil.example"]');
  database.prepare('UPDATE script_versions SET data = ? WHERE id = ?').run(Buffer.from(wider), row.id);
  database.close();
  const { life, alarms } = await before.reopened();
  expect(life.find('greet', digest)).toBeNull();
  expect(alarms.get('script-modified')).toContain('castellan.db');
});

test('what is loaded is pinned to what was approved; a disabled load stops whoever loads it', async () => {
  const { life, approved, propose } = await room();
  const early = await life.propose({ name: 'top', source: '# @loads: base', note: '', by: 'x' }, always);
  expect(early).toMatchObject({ ok: false, error: 'script_invalid' });
  const base = await approved('base', '# @hosts: a.example\n# @secrets: TOKEN\nresult = 1');
  const middle = await approved('middle', '# @loads: base\n# @hosts: b.example');
  const top = await approved('top', '# @loads: middle');
  expect(top.capabilities).toMatchObject({
    hosts: ['a.example', 'b.example'],
    secrets: ['TOKEN'],
    loads: [{ script: 'middle', digest: middle.digest }],
  });
  const run = await life.toRun('top');
  expect(run.ok && run.loads.map(({ script }) => script)).toEqual(['middle', 'base']);
  expect(life.loadedBy('middle')).toEqual(['top']);
  // Another version of it changes nothing for who loads the former one.
  await approved('base', 'result = 2');
  const still = await life.toRun('top');
  expect(still.ok && still.loads[1]?.source).toContain('TOKEN');
  // Two versions of one name are not loaded together.
  expect(
    await life.propose({ name: 'both', source: '# @loads: middle base', note: '', by: 'x' }, always),
  ).toMatchObject({
    ok: false,
    message: 'two versions of `base` would be loaded',
  });
  for (const source of ['# @loads: base', '# @loads: top'])
    expect((await life.propose({ name: 'base', source, note: '', by: 'x' }, always)).ok).toBe(false);
  const circle = await life.propose({ name: 'base', source: '# @loads: middle', note: '', by: 'x' }, always);
  expect(circle).toMatchObject({ ok: false, message: '`base` loads itself by way of `middle`' });
  for (const name of ['p', 'q', 'r', 's', 't']) await approved(name, `# ${name}${'x'.repeat(120_000)}`);
  expect(await life.propose({ name: 'wide', source: '# @loads: p q r s t', note: '', by: 'x' }, always)).toMatchObject({
    ok: false,
    message: 'what it loads has more than 524288 bytes',
  });
  await life.disable('base', 'leaks', MIA);
  expect(await life.toRun('top')).toMatchObject({ ok: false, error: { code: 'script_disabled' } });
  expect(JSON.stringify(await life.toRun('top'))).toContain('it loads `base`, which is disabled');
  await life.restore('base', base.digest, who());
  expect((await life.toRun('top')).ok).toBe(true);
  expect((await propose('last', '# @loads: base')).capabilities.hosts).toEqual(['a.example']);
});

test('nothing secret is kept: not in the source, not in the words beside it', async () => {
  const { life, propose, folder } = await room();
  const inClear = await life.propose({ name: 'x', source: 'k = "hunter2-hunter2-here"', note: '', by: 'x' }, always);
  expect(inClear).toMatchObject({ ok: false, error: 'script_invalid' });
  expect(JSON.stringify(inClear)).not.toContain('hunter2-hunter2-here');
  const told = await life.propose(
    {
      name: 'x',
      source: '# @description: a\u202eb hunter2-hunter2-here',
      note: 'with hunter2-hunter2-here\n\u200b',
      by: 'x',
    },
    always,
  );
  expect(told.ok).toBe(false);
  const noted = await life.propose({ name: 'x', source: 'r', note: 'a\u202eb hunter2-hunter2-here', by: 'x' }, always);
  expect(noted).toMatchObject({ ok: true, value: { note: 'ab [REDACTED:API_KEY]' } });
  await propose('y', 'result = 2');
  const kept = readFileSync(join(folder, '..', 'castellan.db'));
  expect(kept.includes('hunter2-hunter2-here')).toBe(false);
});

test('everything is there after a restart, and a file that no row means is cleared away', async () => {
  const before = await room();
  const { digest, source } = await before.approved('greet', 'result = 1');
  // Killed between the file and the row.
  mkdirSync(join(before.folder, 'ab'), { recursive: true });
  writeFileSync(join(before.folder, 'ab', `${'c'.repeat(62)}.star`), 'result = 7');
  writeFileSync(join(before.folder, source.slice(7, 9), '.half.1.2.tmp'), 'res');
  const { life, file } = await before.reopened();
  expect(life.approved('greet')?.digest).toBe(digest);
  expect((await life.toRun('greet')).ok).toBe(true);
  expect(readdirSync(join(before.folder, 'ab'))).toEqual([]);
  expect(readdirSync(join(before.folder, source.slice(7, 9)))).toHaveLength(1);
  chmodSync(file(source), 0o644);
  expect((await life.toRun('greet')).ok).toBe(true);
});

test('how much is kept is bounded, and what goes is what nobody needs', async () => {
  const { life, propose, clock } = await room();
  for (let n = 0; n < MOST.pending; n += 1) await propose(`s${n}`, `result = ${n}`);
  const over = await life.propose({ name: 'more', source: 'r', note: '', by: 'agent:agent_aaaaaaaa' }, always);
  expect(over).toMatchObject({ ok: false, error: 'quota_exceeded' });
  expect((await life.propose({ name: 'more', source: 'r', note: '', by: 'person:mia' }, always)).ok).toBe(true);
  const version = life.of('s0')[0];
  if (version === undefined) throw new Error('no version');
  await life.reject('s0', version.digest, 'no', MIA);
  clock.advance(91 * 86_400_000);
  await life.upkeep();
  expect(life.names()).not.toContain('s0');
  const none: Capabilities = { ...version.capabilities, loads: [] };
  const many = Array.from({ length: MOST.versions }, (_, n): ScriptVersion => {
    const digest = `sha256:${String(n).padStart(64, '0')}` as const;
    const state =
      n === 5
        ? ({ kind: 'rejected', by: 'x', at: 1, reason: '' } as const)
        : ({ kind: 'superseded', by: digest, at: 1 } as const);
    return { ...version, digest, capabilities: none, number: n + 1, proposedAt: n, state };
  });
  const room1 = roomFor('s0', 10, 'x', many);
  expect(room1.ok && room1.gone.map(({ number }) => number)).toEqual([6]);
  const pinned = many.map((each) => ({
    ...each,
    capabilities: { ...none, loads: many.slice(0, 16).map(({ digest }) => ({ script: 's0', digest })) },
  }));
  const room2 = roomFor('s0', 10, 'x', pinned);
  expect(room2.ok && room2.gone.map(({ number }) => number)).toEqual([17]);
});
