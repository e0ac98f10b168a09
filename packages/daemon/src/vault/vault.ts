// The vault as the rest of the daemon knows it. INVARIANT: a value leaves by `useSecret` alone, after its use is in the
// ledger, or by `owned`, to the sign-in of a module that keeps it here (M6) and answers to no agent. Everything else tells
// names, uses and times.
import {
  type KeptSecret,
  type OwnedValue,
  type SecretAdd,
  type SecretChange,
  type SecretInfo,
  secretNameSchema,
  type VaultKeyChange,
  type VaultRestore,
  type VaultState,
} from '@castellan/contract';
import { readSealed, seal } from '@castellan/secrets';
import { type SecretRequest, userName, whyNotAllowed } from './allowed.ts';
import { readBackup, sealBackup } from './backup.ts';
import {
  addSecret,
  type Changed,
  changeSecret,
  dueOf,
  keepOwned,
  readOwned,
  removeSecret,
  restoreSecrets,
  rotateSecret,
} from './contents.ts';
import { NOT_RECORDED, notWritten, type Open, VAULT, VaultCore, type VaultOptions } from './core.ts';
import { fault, type VaultFault } from './fault.ts';
import { watchFolder } from './watch-folder.ts';

export type Answer<T> = ({ readonly ok: true } & T) | VaultFault;
type Told = Answer<{ readonly secret: SecretInfo }>;

export type SecretAnswer =
  | { readonly ok: true; readonly value: string }
  | {
      readonly ok: false;
      readonly why: 'unknown' | 'locked' | 'expired' | 'not-allowed' | 'canary' | 'not-recorded';
      readonly message: string;
      readonly hint: string;
    };
type Refusal = Extract<SecretAnswer, { ok: false }>;

/** A value of a planted secret, and the files that hold it. */
export interface Canary {
  readonly name: string;
  readonly value: string;
  readonly planted: readonly string[];
}

const LOOK_MS = 3_600_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

export class Vault implements AsyncDisposable {
  readonly #core: VaultCore;
  readonly #stop: () => void;
  #failures = 0;
  #notBefore = 0;

  private constructor(core: VaultCore) {
    this.#core = core;
    const { clock, folder } = core.options;
    // What fails here fails again for whoever asks for something, and is told then.
    const quietly = (step: () => Promise<void>) => void core.alone(step).catch(() => undefined);
    const stopLooking = clock.every(LOOK_MS, () => quietly(() => core.look()));
    const stopWatching = watchFolder(folder, clock, () => quietly(async () => undefined));
    this.#stop = () => {
      stopLooking();
      stopWatching();
    };
  }

  static async open(options: VaultOptions): Promise<Vault> {
    return new Vault(await VaultCore.open(options));
  }

  get state(): VaultState {
    return stateOf(this.#core.state);
  }

  list(): readonly SecretInfo[] {
    const { secrets } = this.#core;
    return secrets.map((secret) => this.#core.info(secret)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Values before a rotation are planted somewhere still. */
  canaries(): readonly Canary[] {
    return this.#core.secrets
      .filter(({ canary }) => canary)
      .flatMap(({ name, value, former, planted }) =>
        [value, ...former].map((each) => ({ name, value: each, planted })),
      );
  }

  add(added: SecretAdd, by: string): Promise<Told> {
    return this.#change('added', by, (secrets, now) => addSecret(secrets, added, now));
  }

  change(name: string, change: SecretChange, by: string): Promise<Told> {
    return this.#change('changed', by, (secrets) => changeSecret(secrets, name, change));
  }

  rotate(name: string, value: string, by: string): Promise<Told> {
    return this.#change('rotated', by, (secrets, now) => rotateSecret(secrets, name, value, now));
  }

  remove(name: string, by: string): Promise<Told> {
    return this.#change('removed', by, (secrets) => removeSecret(secrets, name));
  }

  async useSecret(request: SecretRequest): Promise<SecretAnswer> {
    const { options } = this.#core;
    const name = secretNameSchema.safeParse(request.name);
    if (!name.success) return UNKNOWN;
    const secret = this.#core.secrets.find((each) => each.name === name.data);
    const about = {
      kind: 'secret',
      at: options.clock.now(),
      secret: name.data,
      by: userName(request.by),
      ...(request.host !== null && { host: request.host.slice(0, 300) }),
    } as const;
    const refusal = this.#refusal(secret, request);
    if (refusal !== null || secret === undefined) {
      const answer = refusal ?? UNKNOWN;
      await this.#core.record({ ...about, change: 'refused', text: answer.message });
      return answer;
    }
    const { fingerprint } = this.#core.info(secret);
    if (options.records.failed !== null || !(await this.#core.record({ ...about, change: 'used', fingerprint })))
      return { ...NOT_RECORDED, why: 'not-recorded' };
    // Changed, removed or locked while its record was written: what was decided is not what would be given.
    if (options.isStandstill() && request.tellsPeople !== true) return STANDSTILL;
    return this.#core.secrets.includes(secret) ? { ok: true, value: secret.value } : CHANGED;
  }

  /** Why a use would be refused now, in one line; null: it would not. Uses and records nothing. */
  foresee(request: SecretRequest): string | null {
    const secret = this.#core.secrets.find(({ name }) => name === request.name);
    return this.#refusal(secret, request)?.message ?? null;
  }

  /** What the sign-in of a module keeps. Null: nothing, or nothing that can be read now. */
  owned(owner: string): OwnedValue | null {
    const secret = this.#core.secrets.find((each) => each.owner === owner);
    return secret === undefined ? null : readOwned(secret.value);
  }

  /** Replaces what the sign-in of a module keeps. */
  keepOwned(name: string, owner: string, kept: OwnedValue, by: string): Promise<Told> {
    const change = this.#core.secrets.some((each) => each.owner === owner) ? 'rotated' : 'added';
    return this.#change(change, by, (secrets, now) => keepOwned(secrets, { name, owner, kept }, now));
  }

  /** What is sealed outside of the vault is sealed with keys made of this: it goes with the vault and opens nothing of it. */
  sealKey(): { readonly kind: 'open'; readonly secret: Buffer } | { readonly kind: 'empty' | 'locked' } {
    const { state } = this.#core;
    if (state.kind === 'open') return { kind: 'open', secret: Buffer.from(state.contents.fingerprintKey, 'hex') };
    return { kind: state.kind === 'empty' ? 'empty' : 'locked' };
  }

  /** The same, of a vault that is made for it where there is none. Null: there is no key. */
  makeSealKey(by: string): Promise<Buffer | null> {
    return this.#core.alone(async () => {
      const open = await this.#core.ready();
      if ('ok' in open) return null;
      if (this.#core.state.kind === 'empty' && (await this.#core.write(open, this.#core.secrets, by)) !== null)
        return null;
      return Buffer.from(open.contents.fingerprintKey, 'hex');
    });
  }

  unlock(passphrase: string | null, by: string): Promise<Answer<{ readonly state: VaultState }>> {
    return this.#core.alone(async () => {
      const { state: before, options } = this.#core;
      if (before.kind === 'empty') return fault('empty', 'there is no vault yet', 'add a secret: that makes one');
      if (before.kind === 'damaged') return fault('damaged', before.text, before.hint);
      if (before.kind === 'open') return { ok: true, state: this.state };
      const wait = this.#notBefore - options.clock.monotonic();
      if (wait > 0)
        return fault('too-soon', 'the passphrase was wrong a moment ago', `try again in ${Math.ceil(wait / 1000)} s`);
      const after = await this.#core.reopen(passphrase);
      if (after.kind === 'open') {
        this.#failures = 0;
        await this.#core.note('unlocked', by, `key: ${after.slot.source}`);
        return { ok: true, state: this.state };
      }
      if (after.kind === 'empty') return fault('empty', 'there is no vault any more', 'add a secret: that makes one');
      if (after.kind === 'damaged' || !after.wrong) return fault(after.kind, after.text, after.hint);
      this.#failures += 1;
      const pause = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#failures - 1));
      this.#notBefore = options.clock.monotonic() + pause;
      await this.#core.note('unlock-failed', by, after.text);
      return fault('wrong-passphrase', after.text, `try again in ${Math.ceil(pause / 1000)} s`);
    });
  }

  changeKey(change: VaultKeyChange, by: string): Promise<Answer<{ readonly state: VaultState }>> {
    return this.#core.alone(async () => {
      const { state, keys } = this.#core;
      const newKey = () => keys.make(change.to, change.to === 'passphrase' ? change.passphrase : null);
      const before = await this.#core.ready(newKey);
      if ('ok' in before) return before;
      const { secrets } = before.contents;
      if (state.kind === 'empty') {
        const failed = await this.#core.write(before, secrets, by);
        return failed ?? { ok: true, state: this.state };
      }
      const made = await newKey();
      if (!made.ok) return fault('no-key-place', made.text, made.hint);
      const { slot, key } = made;
      const failed = await this.#core.write({ ...before, slot, key }, secrets, by, true);
      if (failed !== null) return failed;
      // Only now: whatever happens before this, one of the two keys opens what is on disk.
      await keys.forget(before.slot);
      before.key.bytes.fill(0);
      await this.#core.note('key-changed', by, `from ${before.slot.source} to ${slot.source}`);
      return { ok: true, state: this.state };
    });
  }

  backUp(passphrase: string, by: string): Promise<Answer<{ readonly backup: string; readonly secrets: number }>> {
    return this.#core.alone(async () => {
      const { state, options } = this.#core;
      if (state.kind === 'empty') return fault('empty', 'there is no vault yet', 'add a secret: that makes one');
      if (state.kind !== 'open') return fault(state.kind, state.text, state.hint);
      const { secrets } = state.contents;
      const backup = await sealBackup(secrets, passphrase, (bytes) => options.clock.random(bytes));
      const noted = await this.#core.note('backed-up', by, `${secrets.length} secrets`);
      return noted ? { ok: true, backup, secrets: secrets.length } : NOT_RECORDED;
    });
  }

  /**
   * The whole vault, sealed by what opens a copy of the state; null: it cannot be opened now, or there is none. Where it is put
   * back it asks for that passphrase.
   */
  sealedFor({ slot, key }: Pick<Open, 'slot' | 'key'>): Promise<string | null> {
    return this.#core.alone(async () => {
      const { state, options } = this.#core;
      if (state.kind !== 'open') return null;
      const plain = Buffer.from(JSON.stringify(state.contents), 'utf8');
      const sealed = seal(VAULT, plain, slot, key, (bytes) => options.clock.random(bytes));
      plain.fill(0);
      return sealed;
    });
  }

  restore(
    { backup, passphrase, existing }: VaultRestore,
    by: string,
  ): Promise<Answer<{ readonly restored: readonly string[]; readonly kept: readonly string[] }>> {
    return this.#core.alone(async () => {
      const read = await readBackup(backup, passphrase);
      if (!read.ok) return read;
      // Looked at before a vault is made for it: what is refused makes none.
      const result = restoreSecrets(this.#core.secrets, read.secrets, existing);
      const open = result.ok || this.#core.state.kind !== 'empty' ? await this.#core.ready() : result;
      if ('ok' in open) return open;
      if (!result.ok) return result;
      const failed = await this.#core.write(open, result.secrets, by);
      if (failed !== null) return failed;
      await this.#core.note(
        'restored',
        by,
        `${result.restored.length} secrets, ${result.kept.length} kept as they were`,
      );
      for (const info of this.list())
        if (result.restored.includes(info.name)) await this.#core.noteSecret('restored', by, info);
      await this.#core.look();
      return { ok: true, restored: result.restored, kept: result.kept };
    });
  }

  /** For a vault that cannot be opened: goes back one change, or begins anew. Nothing is deleted. */
  recover(from: 'previous' | 'nothing', by: string): Promise<Answer<{ readonly state: VaultState }>> {
    return this.#core.alone(async () => {
      const { state, files } = this.#core;
      if (state.kind !== 'damaged' && !(state.kind === 'locked' && from === 'nothing'))
        return fault('not-damaged', 'the vault is not damaged', 'nothing has to be recovered');
      const previous = files.readPrevious();
      if (from === 'previous' && !(previous.kind === 'text' && readSealed(VAULT, previous.text).ok))
        return fault('damaged', 'there is no whole vault from before', 'begin a new one and restore a backup');
      try {
        if (from === 'nothing') await this.#core.putAside();
        else if (previous.kind === 'text') files.takePrevious(previous.text);
      } catch (error) {
        return notWritten(error);
      }
      await this.#core.acceptNext();
      await this.#core.reopen(null);
      await this.#core.note(
        'recovered',
        by,
        from === 'previous' ? 'as it was one change before' : 'a new vault begins',
      );
      return { ok: true, state: this.state };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    await this.#core.close();
  }

  #change(
    change: 'added' | 'changed' | 'rotated' | 'removed',
    by: string,
    make: (secrets: readonly KeptSecret[], now: number) => Changed | VaultFault,
  ): Promise<Told> {
    return this.#core.alone(async () => {
      // Looked at before a vault is made for it: what is refused makes none.
      const tried = make(this.#core.secrets, this.#core.options.clock.now());
      const open = tried.ok || this.#core.state.kind !== 'empty' ? await this.#core.ready() : tried;
      if ('ok' in open) return open;
      if (!tried.ok) return tried;
      const before = this.#core.info(tried.secret);
      if (tried.secrets === this.#core.secrets) return { ok: true, secret: before };
      const failed = await this.#core.write(open, tried.secrets, by);
      if (failed !== null) return failed;
      const secret = change === 'removed' ? before : this.#core.info(tried.secret);
      const noted = await this.#core.noteSecret(change, by, secret);
      await this.#core.look();
      return noted ? { ok: true, secret } : UNNOTED;
    });
  }

  #refusal(secret: KeptSecret | undefined, request: SecretRequest): Refusal | null {
    const { state, options } = this.#core;
    if (options.isStandstill() && request.tellsPeople !== true) return STANDSTILL;
    if (state.kind === 'locked' || state.kind === 'damaged')
      return { ok: false, why: 'locked', message: `the vault is ${state.kind}`, hint: state.hint };
    if (secret === undefined) return UNKNOWN;
    const { name, owner } = secret;
    if (owner !== undefined)
      return {
        ok: false,
        why: 'not-allowed',
        message: `secret \`${name}\` belongs to the sign-in of a module`,
        hint: 'use another secret',
      };
    if (secret.canary)
      return { ok: false, why: 'canary', message: `secret \`${name}\` is not for use`, hint: 'use another secret' };
    if (dueOf(secret, options.clock.now()) === 'expired')
      return {
        ok: false,
        why: 'expired',
        message: `secret \`${name}\` has expired`,
        hint: `a person gives it a new value with \`castellan secrets rotate ${name}\` and a new end`,
      };
    const why = whyNotAllowed(secret, request, options.agentName);
    return why === null ? null : { ok: false, why: 'not-allowed', ...why };
  }
}

function stateOf(state: VaultCore['state']): VaultState {
  switch (state.kind) {
    case 'empty':
      return { state: 'empty', key: null, text: '' };
    case 'open':
      return { state: 'open', key: state.slot.source, text: '' };
    case 'locked':
      return { state: 'locked', key: state.source, text: state.text };
    case 'damaged':
      return { state: 'damaged', key: null, text: state.text };
  }
}

const UNKNOWN: Refusal = {
  ok: false,
  why: 'unknown',
  message: 'no such secret',
  hint: 'a person adds it with `castellan secrets add NAME`',
};
const STANDSTILL: Refusal = {
  ok: false,
  why: 'not-allowed',
  message: 'a panic was declared: no secret is given out until a person ends it',
  hint: '`castellan recover`',
};
const CHANGED: Refusal = {
  ok: false,
  why: 'not-allowed',
  message: 'the secret was changed while it was to be used',
  hint: 'try again',
};
const UNNOTED = fault(
  'not-recorded',
  'the vault was changed, but that could not be recorded',
  '`castellan status` says why nothing can be recorded',
);
