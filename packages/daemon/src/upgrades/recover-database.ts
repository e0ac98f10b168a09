// Makes `castellan.db` again where it is damaged or gone. The ledger tells which calls, approvals and agents there were, and the
// index over it is made anew. What no record holds is gone and is told: passwords, grants, tokens, schedules, which scripts were
// approved. INVARIANT: nothing comes back that lets anybody in: agents are known and revoked, and people begin with set-up.
import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { agentSchema, type DatabaseRecovered, type LedgerRecord } from '@castellan/contract';
import { type Clock, systemClock } from '../clock.ts';
import type { Exits } from '../exits/index.ts';
import { Records } from '../records/index.ts';
import { StartError } from '../start-error.ts';
import { openState, type StatePaths } from '../state/index.ts';
import { isSoundDatabase, lookAtDatabase, openStore, type Store } from '../store/index.ts';

export interface Recovering {
  readonly home: string;
  readonly exits: Exits;
  readonly version: string;
}

const BESIDE = ['', '-wal', '-shm'] as const;
/** More agents than anybody connects. */
const MOST = 10_000;

/** @throws StartError */
export async function recoverDatabase({ home, exits, version }: Recovering): Promise<DatabaseRecovered> {
  await using stack = new AsyncDisposableStack();
  const { paths } = stack.use(openState(home));
  const look = lookQuietly(paths);
  if (look.sound)
    throw new StartError('state-unusable', '`castellan.db` is whole: there is nothing to recover', [
      '`castellan up` starts the daemon; `castellan restore` goes back to a copy',
    ]);
  if (!existsSync(`${paths.ledger}/journal`))
    throw new StartError('state-unusable', `there is no ledger in \`${home}\` to make it from`, [
      '`castellan restore` puts a copy in its place',
    ]);
  const made = `${paths.database}.recovering`;
  const clear = (): void => BESIDE.forEach((end) => void rmSync(made + end, { force: true }));
  clear();
  const recovered = await madeAnew(made, look, { paths, exits, version }).catch((error: unknown): never => {
    clear();
    throw error;
  });
  // Until here the damaged one stands as it was: a kill before, or a ledger that is refused, loses nothing of what it still tells.
  const aside = putAside(paths);
  renameSync(made, paths.database);
  return { kind: 'database-recovered', ...recovered, aside, checkpoint: look.checkpoint !== null };
}

/** A whole database at `made`, closed. @throws StartError where the ledger is none to make it from */
async function madeAnew(
  made: string,
  look: Salvaged,
  { paths, exits, version }: { readonly paths: StatePaths } & Pick<Recovering, 'exits' | 'version'>,
): Promise<Pick<DatabaseRecovered, 'records' | 'agents'>> {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(made, exits.row));
  const before = systemClock();
  // A configuration that is gone is not one that never was.
  await store.setMeta('config', 'seen');
  await store.setMeta('program', version);
  if (look.checkpoint !== null) await store.setMeta('checkpoint', look.checkpoint);
  // A panic is ended by a person alone.
  if (look.panic) await store.setMeta('panic', 'declared');
  const records = stack.use(
    await Records.open({
      paths,
      clock: before,
      store,
      exits,
      onFailure: () => undefined,
      onRecord: () => undefined,
      onTime: () => undefined,
    }),
  );
  const last = (await records.query({ limit: 1 })).at(-1)?.record.at ?? 0;
  const clock = systemClock(Math.max(last, Number(look.latest ?? '0') || 0));
  await store.setMeta('latest', String(clock.now()));
  const agents = await agentsOf(records, store, clock);
  await records.record({
    kind: 'daemon',
    at: clock.now(),
    change: 'database-recovered',
    version,
    text: `from ${records.size} records; ${agents.length} agents are known and revoked; people, grants, tokens and schedules begin anew${look.checkpoint === null ? '; the checkpoint kept outside of the ledger was lost' : ''}`,
  });
  await records.settled();
  await records.keepCheckpoint();
  return { records: records.size, agents: [...agents] };
}

interface Salvaged {
  readonly sound: boolean;
  readonly checkpoint: string | null;
  readonly latest: string | null;
  readonly panic: boolean;
}

const NOTHING: Salvaged = { sound: false, checkpoint: null, latest: null, panic: false };

/** What can still be read of it: its one line about the ledger shows whether that was cut while nobody looked. */
function lookQuietly({ database }: StatePaths): Salvaged {
  try {
    const look = lookAtDatabase(database);
    if (look === null) return NOTHING;
    const { checkpoint, latest, panic } = look;
    return { sound: isSoundDatabase(database), checkpoint, latest, panic };
  } catch {
    return NOTHING;
  }
}

/** Kept under another name too, until the new one takes its own; what belongs to it alone goes with it. @returns it, or null. */
function putAside({ database }: StatePaths): string | null {
  for (let n = 1; ; n += 1) {
    const aside = `${database}.damaged-${n}`;
    if (BESIDE.some((end) => existsSync(aside + end))) continue;
    if (existsSync(database)) linkSync(database, aside);
    for (const end of ['-wal', '-shm']) if (existsSync(database + end)) renameSync(database + end, aside + end);
    return existsSync(aside) ? aside : null;
  }
}

/** Every agent that was ever connected, none of which may come in: the credentials were in the database alone. */
async function agentsOf(records: Records, store: Store, clock: Clock): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { record } of await records.query({ kind: 'agent', limit: MOST })) {
    const data = agentFrom(record, clock.now());
    if (data === null) continue;
    const hash = clock.random(32).toString('hex');
    const row = { id: data.id, credential_hash: hash, data: JSON.stringify(data) };
    await store.db
      .insertInto('agents')
      .values(row)
      .onConflict((on) => on.column('id').doNothing())
      .execute();
    names.push(data.name);
  }
  return names;
}

function agentFrom(record: LedgerRecord, now: number) {
  if (record.kind !== 'agent' || record.change !== 'connected') return null;
  // As `connecting` writes it.
  const [kind = '', ...name] = record.text.split(' ');
  const parsed = agentSchema.safeParse({
    id: record.agent,
    kind,
    name: name.join(' '),
    watched: [],
    hookTimeoutSeconds: 60,
    createdAt: record.at,
    lastSeenAt: null,
    revokedAt: now,
  });
  return parsed.success ? parsed.data : null;
}
