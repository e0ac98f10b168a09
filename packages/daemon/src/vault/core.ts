// What is open and what is on disk, kept the same. INVARIANTS: memory is what the disk holds; steps run one after the other;
// what cannot be opened is never written over.
import {
  type AgentId,
  type KeptSecret,
  type LedgerRecord,
  MAX_VAULT_BYTES,
  type SecretInfo,
  type VaultContents,
} from '@castellan/contract';
import { type KnownSecret, seal } from '@castellan/secrets';
import type { Alarms } from '../alarms/index.ts';
import type { Clock } from '../clock.ts';
import type { Records } from '../records/index.ts';
import { errnoOf } from '../start-error.ts';
import type { Store } from '../store/index.ts';
import { dueOf, infoOf, knownOf, removedAfter } from './contents.ts';
import { tellDue } from './due.ts';
import { fault, type VaultFault } from './fault.ts';
import { ageOf, lastOf } from './generation.ts';
import { type FoundKey, KeyPlaces, type KeySettings } from './key-places.ts';
import type { Keychain } from './keychain.ts';
import { type Opening, openSealed } from './opening.ts';
import { ChangedOutside, SealedFiles } from './sealed-files.ts';
import { Uses } from './uses.ts';

export interface VaultOptions {
  /** The state folder, real, and the vault's folder in it. */
  readonly home: string;
  readonly folder: string;
  readonly settings: KeySettings;
  readonly keychain: Keychain;
  readonly clock: Clock;
  readonly store: Store;
  readonly records: Pick<Records, 'query' | 'record' | 'failed'>;
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  /** Told at once of every value that is to be redacted, and again after each change. */
  readonly known: (secrets: readonly KnownSecret[]) => void;
  readonly agentName: (id: AgentId) => string | null;
  /** While everything stands still no value leaves, whoever asks. */
  readonly isStandstill: () => boolean;
}

type SecretRecord = Extract<LedgerRecord, { kind: 'secret' }>;
type VaultRecord = Extract<LedgerRecord, { kind: 'vault' }>;
export type Open = Extract<Opening, { kind: 'open' }>;

export const VAULT = 'castellan/vault/v1';
const MADE = 'vault';
const LAST = 'vault-last';
const ITSELF = 'castellan';

export class VaultCore {
  readonly options: VaultOptions;
  readonly files: SealedFiles;
  readonly keys: KeyPlaces;
  readonly uses: Uses;
  #state: Opening = { kind: 'empty' };
  /** What was told last, and what of it a file from outside does not hold: redacted until this run ends. */
  #known: readonly KnownSecret[] = [];
  #left: readonly KnownSecret[] = [];
  /** Why the open vault is not the one that was written last; null where it is. */
  #age: string | null = null;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: VaultOptions, uses: Uses) {
    const { home, folder, settings, keychain, clock } = options;
    this.options = options;
    this.files = new SealedFiles(folder);
    this.keys = new KeyPlaces(home, settings, keychain, clock);
    this.uses = uses;
  }

  static async open(options: VaultOptions): Promise<VaultCore> {
    const core = new VaultCore(options, await Uses.open(options));
    const state = await core.reopen(null);
    await core.#noteOpening(state, '');
    return core;
  }

  get state(): Opening {
    return this.#state;
  }

  get secrets(): readonly KeptSecret[] {
    return this.#state.kind === 'open' ? this.#state.contents.secrets : [];
  }

  info(secret: KeptSecret): SecretInfo {
    const key = this.#state.kind === 'open' ? this.#state.contents.fingerprintKey : '';
    return infoOf(key, secret, this.uses.of(secret.name), this.options.clock.now());
  }

  /** Runs a step when every step before it is over, on what the disk holds by then. */
  alone<T>(step: () => Promise<T>): Promise<T> {
    const run = this.#last.then(() => this.#follow()).then(step);
    this.#last = run.catch(() => undefined);
    return run;
  }

  /** Opens anew what is on disk. */
  async reopen(passphrase: string | null): Promise<Opening> {
    const { files, keys } = this;
    const made = (await this.options.store.meta(MADE)) === 'made';
    const held = this.#state.kind === 'open' ? this.#state : null;
    const state = await openSealed({ files, keys, made, passphrase, held });
    if (state.kind === 'open' && !made) await this.#setMade('made');
    this.#left = this.#known;
    if (state.kind === 'open') {
      const last = await this.options.store.meta(LAST);
      this.#age = ageOf(last, state.contents.generation, files.mark);
      if (this.#age === null) await this.#setLast(state.contents);
    }
    this.#become(state);
    await this.look();
    return state;
  }

  /** The open vault, or one that is made now and stands on disk with the first write. */
  async ready(newKey: () => Promise<FoundKey> = () => this.keys.makeBest()): Promise<Open | VaultFault> {
    const state = this.#state;
    if (this.options.records.failed !== null) return NOT_RECORDED;
    if (state.kind === 'open') return state;
    if (state.kind !== 'empty') return fault(state.kind, state.text, state.hint);
    const made = await newKey();
    if (!made.ok) return fault('no-key-place', made.text, made.hint);
    const contents: VaultContents = {
      fingerprintKey: this.options.clock.random(32).toString('hex'),
      generation: 0,
      secrets: [],
      removed: [],
    };
    return { kind: 'open', contents, slot: made.slot, key: made.key };
  }

  /** Seals and writes; what `open` and `secrets` say holds from here on, or nothing has changed. */
  async write(open: Open, secrets: readonly KeptSecret[], by: string, newKey = false): Promise<VaultFault | null> {
    const { clock } = this.options;
    const fresh = this.#state.kind === 'empty';
    const contents: VaultContents = {
      ...open.contents,
      generation: open.contents.generation + 1,
      secrets,
      removed: removedAfter(open.contents, secrets, clock.now()),
    };
    const plain = Buffer.from(JSON.stringify(contents), 'utf8');
    const failed = this.#put(open, plain, newKey, (bytes) => clock.random(bytes));
    plain.fill(0);
    if (failed !== null) {
      if (fresh || newKey) await this.keys.forget(open.slot);
      return failed;
    }
    this.#age = null;
    this.#become({ ...open, contents });
    await this.#setLast(contents);
    if (fresh) {
      await this.#setMade('made');
      await this.note('made', by, `key: ${open.slot.source}`);
    }
    return null;
  }

  /** A person takes what is opened next for what it is, whatever was written last. */
  async acceptNext(): Promise<void> {
    await this.options.store.setMeta(LAST, '').catch(() => undefined);
  }

  /** Begins anew: what stood there is under another name. @throws the system's error */
  async putAside(): Promise<void> {
    this.files.putBothAside();
    await this.#setMade('put aside');
  }

  /** Whether it is in the ledger. */
  async record(record: SecretRecord | VaultRecord): Promise<boolean> {
    try {
      this.uses.saw(await this.options.records.record(record), record);
      return true;
    } catch {
      // The ledger raises its own alarm; who needs the record asks whether it is there.
      return false;
    }
  }

  note(change: VaultRecord['change'], by: string, text: string): Promise<boolean> {
    return this.record({ kind: 'vault', at: this.options.clock.now(), change, by, text });
  }

  noteSecret(change: SecretRecord['change'], by: string, { name, fingerprint }: SecretInfo): Promise<boolean> {
    return this.record({ kind: 'secret', at: this.options.clock.now(), secret: name, change, by, fingerprint });
  }

  /** Tells of what is due, and records once of each secret that it has ended. */
  async look(): Promise<void> {
    const { alarms, clock } = this.options;
    const now = clock.now();
    tellDue(alarms, this.secrets, now);
    for (const secret of this.secrets) {
      if (dueOf(secret, now) !== 'expired' || this.uses.wasToldExpired(secret.name, secret.expiresAt ?? now)) continue;
      await this.noteSecret('expired', ITSELF, this.info(secret));
    }
  }

  /** Waits for what is under way, then forgets the key. */
  async close(): Promise<void> {
    await this.#last;
    if (this.#state.kind === 'open') this.#state.key.bytes.fill(0);
    await this.uses[Symbol.asyncDispose]();
  }

  #put(open: Open, plain: Buffer, newKey: boolean, random: (bytes: number) => Buffer): VaultFault | null {
    if (plain.length > MAX_VAULT_BYTES)
      return fault('too-much', `the vault holds at most ${MAX_VAULT_BYTES} bytes`, 'remove what is no longer used');
    const sealed = seal(VAULT, plain, open.slot, open.key, random);
    try {
      if (newKey) this.files.writeBoth(sealed);
      else this.files.write(sealed);
      return null;
    } catch (error) {
      return notWritten(error);
    }
  }

  #become(state: Opening): void {
    const { alarms, known, clock } = this.options;
    this.#state = state;
    // An open vault tells what it knows. One that is not takes nothing back: what was known is still redacted.
    if (state.kind === 'open') {
      const now = knownOf(state.contents, clock.now());
      const values = new Set(now.map(({ value }) => value));
      this.#known = [...now, ...this.#left.filter(({ value }) => !values.has(value))];
      known(this.#known);
    }
    if (state.kind === 'locked')
      alarms.raise(
        'vault-locked',
        null,
        `the vault is locked, so no secret can be used or redacted: ${state.text}`,
        state.hint,
      );
    else alarms.end('vault-locked', null);
    if (state.kind === 'damaged') alarms.raise('vault-damaged', null, state.text, state.hint);
    else if (state.kind === 'open' && this.#age !== null) alarms.raise('vault-damaged', null, this.#age, OLD_HINT);
    else alarms.end('vault-damaged', null);
  }

  /** Takes in what somebody else put there. */
  async #follow(): Promise<void> {
    if (this.files.isAnother()) await this.#noteOpening(await this.reopen(null), 'changed from outside; ');
  }

  async #noteOpening(state: Opening, how: string): Promise<void> {
    const old = this.#age === null ? '' : `; ${this.#age}`;
    if (state.kind === 'open') await this.note('opened', ITSELF, `${how}key: ${state.slot.source}${old}`);
    if (state.kind === 'damaged') await this.note('damaged', ITSELF, `${how}${state.text}`);
  }

  async #setLast({ generation }: VaultContents): Promise<void> {
    await this.options.store.setMeta(LAST, lastOf(generation, this.files.mark)).catch(() => undefined);
  }

  /** A note for the next start, which it makes itself where this fails. */
  async #setMade(value: 'made' | 'put aside'): Promise<void> {
    await this.options.store.setMeta(MADE, value).catch(() => undefined);
  }
}

export const NOT_RECORDED: VaultFault = fault(
  'not-recorded',
  'nothing can be recorded now, so no secret is changed or used',
  '`castellan status` says why; every call is refused until this is mended',
);

const OLD_HINT =
  'look at what it holds with `castellan secrets`; restore a backup, or change any secret to go on with it';

export const notWritten = (error: unknown): VaultFault => {
  if (error instanceof ChangedOutside)
    return fault('not-written', 'the vault was changed on disk in this moment; it is as it was', 'try again');
  return errnoOf(error) === 'ENOSPC' || errnoOf(error) === 'EDQUOT'
    ? fault('not-written', 'the disk is full; the vault is as it was', 'free some space, then try again')
    : fault(
        'not-written',
        `the vault cannot be written (${errnoOf(error)}); it is as it was`,
        'make its folder writable',
      );
};
