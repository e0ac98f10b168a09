// Copies of the state while the daemon runs: asked for by a person, or made by themselves. One at a time. INVARIANT: only what
// was read back whole counts as made.
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type BackupMade,
  type BackupRequest,
  type BackupsConfig,
  type BackupsView,
  backupMadeSchema,
  type CopyAbout,
} from '@castellan/contract';
import { errnoOf } from '../start-error.ts';
import type { StatePaths } from '../state/index.ts';
import type { Parts } from '../surfaces/index.ts';
import { lockOfPassphrase } from './copy-keys.ts';
import { CopyFault } from './fault.ts';
import { makeCopy, vaultAsIs } from './make-copy.ts';
import { copyName, ownerOf, readCopyName } from './names.ts';
import { cutOff, isDue, isOverdue, tooMany } from './schedule.ts';

export type BackupRooms = Pick<Parts, 'clock' | 'store' | 'records' | 'alarms' | 'vault' | 'policy' | 'people'>;

export interface BackupsHost {
  readonly parts: BackupRooms;
  readonly paths: StatePaths;
  /** The user's data folder: copies lie there that nobody sends elsewhere. */
  readonly dataHome: string;
  readonly version: string;
}

const META = 'backup';
const LOOK_MS = 60_000;
const BY_ITSELF = 'castellan';
const TO_RETRY = '`castellan backup` tries again and says more';

/** Where copies lie that nobody named a file for. Always below a folder of its own: it is closed to agents. */
export const copiesFolder = ({ to }: Pick<BackupsConfig, 'to'>, dataHome: string): string =>
  join(to ?? join(dataHome, 'castellan'), 'castellan-backups');

export class Backups {
  readonly #host: BackupsHost;
  #last: BackupMade | null;
  #failed: { readonly at: number; readonly text: string } | null = null;
  #running = false;

  private constructor(host: BackupsHost, last: BackupMade | null) {
    this.#host = host;
    this.#last = last;
  }

  static async open(host: BackupsHost): Promise<Backups> {
    const kept = await host.parts.store.meta(META);
    const last = kept === null ? null : backupMadeSchema.safeParse(JSON.parse(kept));
    return new Backups(host, last?.success === true ? last.data : null);
  }

  view(): BackupsView {
    const { every, keep } = this.#config;
    const folder = this.#folder;
    const found = namesIn(folder).flatMap((name) => {
      const read = readCopyName(name);
      const bytes = statSync(join(folder, name), { throwIfNoEntry: false })?.size;
      return read === null || bytes === undefined
        ? []
        : [{ owner: read.owner, file: join(folder, name), bytes, at: read.at }];
    });
    const copies = found.filter(({ owner }) => owner === this.#owner).map(({ owner: _, ...copy }) => copy);
    return {
      ...{ every, keep, folder, last: this.#last, failed: this.#failed?.text ?? null },
      copies: copies.toSorted((a, b) => b.at - a.at),
      others: found.length - copies.length,
    };
  }

  /** @throws CopyFault, or the system's error */
  make({ out, passphrase, undo }: BackupRequest, by: string): Promise<BackupMade> {
    return this.#make({ out: out ?? null, passphrase, undo, reason: 'asked' }, by);
  }

  /** What is due by itself is made until it is disposed of. */
  begin(): Disposable {
    const { clock } = this.#host.parts;
    const look = (): void => void this.#look().catch(() => undefined);
    const stop = clock.every(LOOK_MS, look);
    look();
    return { [Symbol.dispose]: stop };
  }

  get #config(): BackupsConfig {
    return this.#host.parts.policy.policy.config.backups;
  }

  /** What marks the copies of this state. */
  get #owner(): string {
    const { parts, paths } = this.#host;
    return ownerOf(parts.records.name, paths.home);
  }

  get #folder(): string {
    return copiesFolder(this.#config, this.#host.dataHome);
  }

  async #look(): Promise<void> {
    const { clock, alarms } = this.#host.parts;
    const config = this.#config;
    const standing = () => ({ lastAt: this.#last?.at ?? null, failedAt: this.#failed?.at ?? null });
    if (!this.#running && isDue(config, standing(), clock.now())) await this.#bySchedule(config);
    if (isOverdue(config, standing(), clock.now()))
      alarms.raise(
        'backup-due',
        null,
        `the last copy of the state is of ${new Date(this.#last?.at ?? 0).toISOString().slice(0, 10)}`,
        TO_RETRY,
      );
    else alarms.end('backup-due', null);
    if (config.every === null) alarms.end('backup-failed', null);
  }

  async #bySchedule({ passphrase: name, keep }: BackupsConfig): Promise<void> {
    const { vault, clock, alarms } = this.#host.parts;
    try {
      const given = await vault.useSecret({ name: name ?? '', by: { kind: 'own', name: 'backups' }, host: null });
      if (!given.ok) throw new CopyFault('failed', `its passphrase: ${given.message}`, [given.hint]);
      const asked = { out: null, passphrase: given.value, undo: false, reason: 'schedule' } as const;
      const { file } = await this.#make(asked, BY_ITSELF);
      alarms.end('backup-failed', null);
      const folder = this.#folder;
      const gone = [
        ...tooMany(namesIn(folder), this.#owner, keep, basename(file)),
        ...cutOff(readdirSync(folder), this.#owner, clock.now()),
      ];
      for (const old of gone) rmSync(join(folder, old), { force: true });
    } catch (error) {
      const { message, hints } = told(error);
      this.#failed = { at: clock.now(), text: message };
      alarms.raise('backup-failed', null, `no copy of the state was made: ${message}`, hints[0] ?? TO_RETRY);
    }
  }

  async #make(
    asked: {
      readonly out: string | null;
      readonly passphrase: string;
      readonly undo: boolean;
      readonly reason: CopyAbout['reason'];
    },
    by: string,
  ): Promise<BackupMade> {
    const { parts, paths, version } = this.#host;
    const { clock, store, records, vault, people } = parts;
    if (this.#running) throw new CopyFault('in-the-way', 'a copy is being made already', ['wait until it is there']);
    this.#running = true;
    try {
      const file = asked.out ?? join(this.#ownFolder(), copyName(this.#owner, clock.now()));
      assertNew(file, paths.home);
      const lock = await lockOfPassphrase(asked.passphrase, clock);
      const sealed = await vault.sealedFor(lock);
      const text = sealed ?? vaultAsIs(paths);
      const made = await makeCopy({
        paths,
        clock,
        file,
        ...lock,
        vault: text,
        about: {
          version,
          reason: asked.reason,
          vault: text === null ? 'none' : sealed === null ? 'as-is' : 'passphrase',
          undo: asked.undo,
          people: people.users.list().map(({ name }) => name),
        },
      });
      lock.key.bytes.fill(0);
      this.#last = made;
      this.#failed = null;
      await store.setMeta(META, JSON.stringify(made));
      await records.record({
        kind: 'daemon',
        at: clock.now(),
        change: 'copied',
        version,
        by,
        text: `${made.records} records, ${made.files} files, read back whole: ${file}`,
      });
      return made;
    } finally {
      this.#running = false;
    }
  }

  #ownFolder(): string {
    const folder = this.#folder;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    } catch (error) {
      throw new CopyFault('failed', `the folder of copies \`${folder}\` cannot be made (${errnoOf(error)})`, [
        'config.yaml: `backups.to` names another',
      ]);
    }
  }
}

function assertNew(file: string, home: string): void {
  if (!existsSync(dirname(file)))
    throw new CopyFault('unusable', `there is no folder \`${dirname(file)}\``, ['make it, or name another file']);
  // As the disk has it: a link, or `..`, leads into the state folder as well, and what is put into the ledger's is a fault of it.
  if (join(realpathSync(dirname(file)), basename(file)).startsWith(`${home}/`))
    throw new CopyFault('unusable', 'a copy in the state folder is lost with it', ['name a file elsewhere']);
  for (const path of [file, `${file}.part`])
    if (existsSync(path)) throw new CopyFault('unusable', `\`${path}\` is there already`, ['name a new file']);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => readCopyName(name) !== null);
  } catch {
    return [];
  }
}

/** What went wrong, for a person. */
export function told(error: unknown): { readonly message: string; readonly hints: readonly string[] } {
  if (error instanceof CopyFault) return error;
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown error';
  return { message, hints: [] };
}
