// Before a state is opened: is it one that this program knows, and is it to become another? Then it is copied first, whole, so
// that there is a way back. The database is changed in one transaction, so that a step that fails leaves it as it was.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lockOfState, makeCopy, told, vaultAsIs } from '../backups/index.ts';
import { systemClock } from '../clock.ts';
import { StartError, startErrorOf } from '../start-error.ts';
import type { StatePaths } from '../state/index.ts';
import { type DatabaseLook, lookAtDatabase, SCHEMA_VERSION } from '../store/index.ts';
import type { Parts } from '../surfaces/index.ts';
import { stepFor } from './known.ts';

/** Copies made before upgrades that stay. */
const KEPT = 3;

export interface Upgrade {
  readonly from: string;
  readonly copy: string;
}

const mtimeOf = (path: string): number => statSync(path).mtimeMs;

/** @returns what is being done; null: nothing is to be done. @throws StartError; nothing has changed then. */
export async function prepareUpgrade(paths: StatePaths, version: string): Promise<Upgrade | null> {
  const look = lookOf(paths);
  if (look === null) return null;
  const step = stepFor(look, { format: SCHEMA_VERSION, version });
  if (step.kind === 'none') return null;
  const clock = systemClock(Number(look.latest ?? '0'));
  const folder = paths.upgrades;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const part of readdirSync(folder).filter((name) => name.endsWith('.part'))) rmSync(join(folder, part));
    const made = madeBefore(folder, version, Number(look.latest ?? '0'));
    if (made !== null) return { from: step.from, copy: made };
    const copy = freeName(folder, version);
    const vault = vaultAsIs(paths);
    await makeCopy({
      paths,
      clock,
      file: copy,
      ...lockOfState(paths.home, clock),
      vault,
      about: {
        version: step.from,
        reason: 'upgrade',
        vault: vault === null ? 'none' : 'as-is',
        undo: false,
        people: [...look.people],
      },
    });
    return { from: step.from, copy };
  } catch (error) {
    const known = startErrorOf(error, paths.home);
    if (known !== null) throw known;
    const { message, hints } = told(error);
    throw new StartError('upgrade-failed', `the state could not be copied before the upgrade: ${message}`, [
      ...hints,
      'nothing was changed; the Castellan before this one still runs on it',
    ]);
  }
}

/** A log whose database is gone would make everybody's account, and the last checkpoint, forgotten. @throws StartError */
function lookOf(paths: StatePaths): DatabaseLook | null {
  const look = lookAtDatabase(paths.database);
  if (look === null && existsSync(join(paths.ledger, 'journal')))
    throw new StartError('state-unusable', `\`castellan.db\` in \`${paths.home}\` is gone or empty`, [
      '`castellan restore` a copy, or `castellan recover-database` makes it again from the ledger',
    ]);
  return look;
}

/**
 * The copy of a start before this one that did not get to its end: no daemon has run on the state since. Without it a service that
 * is started again and again would fill the disk, and push out the one copy that is from before the upgrade.
 */
function madeBefore(folder: string, version: string, latest: number): string | null {
  const isOfUs = (name: string): boolean =>
    name.startsWith(`before-${version}`) && /^(?:-\d+)?\.copy$/.test(name.slice(`before-${version}`.length));
  const copies = readdirSync(folder)
    .filter(isOfUs)
    .map((name) => join(folder, name));
  return copies.filter((path) => mtimeOf(path) > latest).sort((a, b) => mtimeOf(a) - mtimeOf(b))[0] ?? null;
}

function freeName(folder: string, version: string): string {
  for (let n = 1; ; n += 1) {
    const path = join(folder, `before-${version}${n === 1 ? '' : `-${n}`}.copy`);
    if (!existsSync(path)) return path;
  }
}

/** What to say where the database could not be brought to its new form. */
export function upgradeFailed({ from, copy }: Upgrade, error: unknown): StartError {
  return new StartError(
    'upgrade-failed',
    `the upgrade from ${from} failed, and the state is as it was: ${told(error).message}`,
    [`Castellan ${from} still runs on it; a copy from before is in \`${copy}\``],
  );
}

/** Written down once everything is open. Without an upgrade: by whom the state is written from now on. */
export async function settleUpgrade(
  { store, records, clock }: Pick<Parts, 'store' | 'records' | 'clock'>,
  upgrade: Upgrade | null,
  paths: StatePaths,
  version: string,
): Promise<void> {
  if (upgrade === null) {
    await store.setMeta('program', version);
    return;
  }
  const text = `from ${upgrade.from}; a copy from before: ${upgrade.copy}`;
  await records.record({ kind: 'daemon', at: clock.now(), change: 'upgraded', version, text });
  // Once it stands there: a start that dies in between is followed by one that records it.
  await store.setMeta('program', version);
  const folder = paths.upgrades;
  const copies = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const byAge = copies.map(({ name }) => join(folder, name)).sort((a, b) => mtimeOf(a) - mtimeOf(b));
  for (const old of byAge.slice(0, Math.max(0, byAge.length - KEPT))) rmSync(old, { force: true });
}
