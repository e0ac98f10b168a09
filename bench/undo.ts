// What undo costs. Keeping the 100 KB that a write is about to change, beside a bare write and fdatasync of as many bytes into a
// file that does not grow; alone, and sixteen at once, which share their syncs. And taking back what was done to 1,000 files,
// beside `cp -a` and `git checkout` of as many, with its processor time, which other work on the machine changes less. `--quick` takes
// a tenth of the rounds.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Effect, undoConfigSchema } from '../packages/contract/src/index.ts';
import { systemClock } from '../packages/daemon/src/clock.ts';
import { sha256 } from '../packages/daemon/src/digest.ts';
import { newId } from '../packages/daemon/src/ids.ts';
import { openStore } from '../packages/daemon/src/store/index.ts';
import { openUndo, type UndoRoom } from '../packages/daemon/src/undo/index.ts';
import { createDetector, createRedactor } from '../packages/secrets/src/index.ts';
import { report, spread } from './lib/spread.ts';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 60 : 600;
const FILES = 1000;
const BYTES = 100_000;
const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'castellan-bench-'));
const clock = systemClock();
const redactor = createRedactor({ detector: createDetector() });
const store = await openStore(join(dir, 'castellan.db'), (text) => text);

const roomOf = (name: string, secret: Buffer | null): Promise<UndoRoom> =>
  openUndo({
    ...{ clock, store, redactor, folder: join(dir, name), bindingHash: sha256 },
    records: { record: async () => 0 },
    config: () => undoConfigSchema.parse({}),
    policyDigest: () => sha256(''),
    vault: {
      sealKey: () => (secret === null ? { kind: 'empty' } : { kind: 'open', secret }),
      makeSealKey: async () => secret,
    },
    isPrivate: () => false,
    agents: { get: () => null },
    work: { task: () => null },
  });

const effect = (kind: Effect['kind'], target: string): Effect => ({
  ...{ kind, target, targetKind: 'path', place: 'workspace', certainty: 'certain' },
});
const attempt = () => ({
  id: newId(clock, 'call'),
  ...({ task: 'task_aaaaaaaa', agent: 'agent_aaaaaaaa', session: 'session_aaaaaaaa' } as const),
  ...{ workspace: dir, at: clock.now(), module: 'bench', tool: 'write' },
});
const AROUND = { secret: [], hide: <Value>(value: Value): Value => value };

/** Ordinary source text: what agents write. */
const source = readFileSync(new URL('../packages/daemon/src/gate.ts', import.meta.url), 'utf8');
const textOf = (n: number): string => `${n}\n${source.repeat(Math.ceil(BYTES / source.length))}`.slice(0, BYTES);

/** Each round another content: the same one is kept once. */
async function keeping(name: string, room: UndoRoom, lanes: number): Promise<object> {
  const times: number[] = [];
  let round = 0;
  const lane = async (n: number): Promise<void> => {
    const path = join(dir, `${name}-${n}`);
    while (round < ROUNDS + 20) {
      round += 1;
      const mine = round;
      writeFileSync(path, textOf(mine * 1000 + n));
      const call = attempt();
      const before = performance.now();
      const kept = await room.journal.keep(call, [effect('write', path)], AROUND);
      // The first ones write to a pack that was not prepared.
      if (mine > 20) times.push(performance.now() - before);
      if (kept.reversibility?.kind !== 'reversible') throw new Error(`not kept: ${kept.reversibility?.text}`);
      room.journal.over(call.id);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, n) => lane(n)));
  const { p50, p99 } = spread(times);
  return { what: name, callers: lanes, p50ms: p50, p99ms: p99 };
}

/** As any server must: asynchronously, into a file that is as long as it will be. */
async function bare(): Promise<{ readonly p50: number; readonly p99: number }> {
  const file: FileHandle = await open(join(dir, 'bare'), 'w+');
  const rounds = Math.min(ROUNDS, 150);
  await file.write(Buffer.alloc(rounds * BYTES), 0, rounds * BYTES, 0);
  await file.datasync();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const bytes = Buffer.from(textOf(round));
    const before = performance.now();
    await file.write(bytes, 0, bytes.length, round * BYTES);
    await file.datasync();
    times.push(performance.now() - before);
  }
  await file.close();
  return spread(times);
}

const msOf = (action: () => void): number => {
  const before = performance.now();
  action();
  return Math.round(performance.now() - before);
};

async function undoing(
  room: UndoRoom,
): Promise<{ readonly ms: number; readonly cpuMs: number; readonly cpMs: number; readonly gitMs: number }> {
  const tree = join(dir, 'tree');
  mkdirSync(tree);
  const git = (...args: string[]): void => {
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], { cwd: tree, stdio: 'ignore' });
  };
  const fill = (what: string): void => {
    for (let n = 0; n < FILES; n += 1) writeFileSync(join(tree, `f${n}`), `${what} ${n}\n${source.slice(0, 4000)}`);
  };
  fill('before');
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'one');
  const paths = Array.from({ length: FILES }, (_, n) => join(tree, `f${n}`));
  const call = attempt();
  await room.journal.keep(
    call,
    paths.map((path) => effect('write', path)),
    AROUND,
  );
  fill('after');
  await room.journal.left(call.id);
  const before = performance.now();
  const cpuBefore = process.cpuUsage();
  const plan = await room.undoing.plan({ of: call.id, only: [] });
  if (!plan.ok) throw new Error(plan.message);
  const person = {
    kind: 'person',
    user: 'user_aaaaaaaa',
    name: 'mia',
    role: 'admin',
    signIn: 'signin_aaaaaaaa',
  } as const;
  const { digest } = plan.value;
  const done = await room.undoing.run({ of: call.id, only: [], digest, skipConflicts: false }, person);
  const ms = Math.round(performance.now() - before);
  const { user, system } = process.cpuUsage(cpuBefore);
  if (!done.ok || done.value.done !== FILES) throw new Error(`not undone: ${JSON.stringify(done)}`);
  if (!readFileSync(join(tree, 'f7'), 'utf8').startsWith('before 7\n')) throw new Error('not as it was');
  const cpMs = msOf(() => execFileSync('cp', ['-a', tree, join(dir, 'copy')]));
  fill('after');
  const gitMs = msOf(() => git('checkout', '-q', '.'));
  return { ms, cpuMs: Math.round((user + system) / 1000), cpMs, gitMs };
}

try {
  const peer = await bare();
  const sealedRoom = await roomOf('sealed', randomBytes(32));
  const plainRoom = await roomOf('plain', null);
  const rows = [
    { what: 'write + fdatasync of 100 KB', callers: 1, p50ms: peer.p50, p99ms: peer.p99 },
    await keeping('keep 100 KB, sealed', sealedRoom, 1),
    await keeping('keep 100 KB, sealed', sealedRoom, 16),
    await keeping('keep 100 KB, no vault: looked through', plainRoom, 1),
  ];
  const { ms, cpuMs, cpMs, gitMs } = await undoing(sealedRoom);
  await sealedRoom[Symbol.asyncDispose]();
  await plainRoom[Symbol.asyncDispose]();
  const [, sealed] = rows;
  const adds = Number(((sealed && 'p50ms' in sealed ? Number(sealed.p50ms) : 0) - peer.p50).toFixed(3));
  report(
    'undo',
    [
      ...rows,
      { what: 'undo of 1,000 files: plan with its lines, keeping, writing', ms, cpuMs },
      { what: 'cp -a of them', ms: cpMs },
      { what: 'git checkout of them', ms: gitMs },
    ],
    [
      { text: `keeping 100 KB adds at most 1 ms to one write and fdatasync (p50): ${adds} ms`, kept: adds <= 1 },
      { text: `undo of 1,000 files within 2 s: ${ms} ms`, kept: ms <= 2000 },
    ],
  );
} finally {
  await store[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
}
