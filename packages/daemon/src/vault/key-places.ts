// Where the vault's key is kept: the keychain, a passphrase in somebody's head, or a 0600 file outside the state folder, so
// that a copy of the state folder opens nothing. Keys are named by themselves; a new one never overwrites an old one.
import { hash } from 'node:crypto';
import { chmodSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KeySlot, KeySource } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import { KEY_BYTES, keyOfPassphrase, newArgon2, type SealKey, sealKeyOf } from '@castellan/secrets';
import type { Clock } from '../clock.ts';
import { readOwnFile } from '../own-file.ts';
import { errnoOf } from '../start-error.ts';
import type { Keychain } from './keychain.ts';

export interface KeySettings {
  /** XDG_DATA_HOME or its default. */
  readonly dataHome: string;
  /** A file that holds the passphrase, for services. */
  readonly passphraseFile: string | null;
}

/** What of the vault lies outside the state folder: an agent that reads it could open a copy. */
export const ownPathsOf = ({ dataHome, passphraseFile }: KeySettings): readonly string[] => [
  join(dataHome, 'castellan'),
  ...(passphraseFile === null ? [] : [passphraseFile]),
];

export type FoundKey =
  | { readonly ok: true; readonly slot: KeySlot; readonly key: SealKey }
  | { readonly ok: false; readonly wrong: boolean; readonly text: string; readonly hint: string };

const HEX_KEY = /^[0-9a-f]{64}\n?$/;
const no = (text: string, hint: string, wrong = false): FoundKey => ({ ok: false, wrong, text, hint });

export class KeyPlaces {
  readonly #clock: Clock;
  readonly #keychain: Keychain;
  readonly #settings: KeySettings;
  readonly #home: string;

  /** @param home the state folder, real. */
  constructor(home: string, settings: KeySettings, keychain: Keychain, clock: Clock) {
    this.#home = home;
    this.#settings = settings;
    this.#keychain = keychain;
    this.#clock = clock;
  }

  /** The key of a slot; `passphrase` where a person gave one. */
  async find(slot: KeySlot, passphrase: string | null): Promise<FoundKey> {
    switch (slot.source) {
      case 'keychain':
        return this.#fromKeychain(slot);
      case 'file':
        return this.#fromFile(slot);
      case 'passphrase':
        return this.#fromPassphrase(slot, passphrase);
    }
  }

  /** The best place there is. A passphrase is only a place where one was given. */
  async makeBest(): Promise<FoundKey> {
    const inKeychain = await this.make('keychain', null);
    if (inKeychain.ok) return inKeychain;
    return this.#settings.passphraseFile === null ? this.make('file', null) : this.make('passphrase', null);
  }

  async make(source: KeySource, passphrase: string | null): Promise<FoundKey> {
    if (source === 'passphrase') {
      const given = passphrase ?? this.#passphraseOfFile();
      if (typeof given !== 'string') return given;
      const argon2 = newArgon2((bytes) => this.#clock.random(bytes));
      const key = await keyOfPassphrase(given, argon2);
      return { ok: true, slot: { source, id: key.id, argon2 }, key };
    }
    const secret = this.#clock.random(KEY_BYTES);
    const key = sealKeyOf(secret);
    const name = `${hash('sha256', this.#home, 'hex').slice(0, 16)}-${key.id}`;
    const text = secret.toString('hex');
    secret.fill(0);
    const slot: KeySlot = { source, id: key.id, name };
    if (source === 'keychain') {
      if (await this.#keychain.set(name, text)) return { ok: true, slot, key };
      return no('there is no keychain here that keeps a key', 'use a passphrase or a file');
    }
    try {
      const folder = this.#keyFolder();
      if (folder === null)
        return no('the folder for the key file lies in the state folder', 'set XDG_DATA_HOME to another folder');
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      chmodSync(folder, 0o700);
      writeFileAtomic(join(folder, `${name}.key`), `${text}\n`, 0o600);
    } catch (error) {
      return no(
        `the key file cannot be written (${errnoOf(error)})`,
        `make \`${this.#settings.dataHome}\` writable, or set XDG_DATA_HOME`,
      );
    }
    return { ok: true, slot, key };
  }

  /** What was moved away from opens nothing any more. A key that stays behind is litter, never a fault. */
  async forget(slot: KeySlot): Promise<void> {
    if (slot.source === 'keychain') await this.#keychain.delete(slot.name);
    if (slot.source === 'file') rmSync(this.#keyFile(slot.name), { force: true });
  }

  async #fromKeychain(slot: Extract<KeySlot, { source: 'keychain' }>): Promise<FoundKey> {
    try {
      const text = await this.#keychain.get(slot.name);
      if (text !== null && HEX_KEY.test(text)) return keyFrom(text, slot);
      return no('its key is not in the keychain', 'log in as the user who made it, or restore a backup');
    } catch {
      return no(
        'the keychain that holds its key does not answer',
        'unlock the keychain, then `castellan secrets unlock`',
      );
    }
  }

  #fromFile(slot: Extract<KeySlot, { source: 'file' }>): FoundKey {
    const path = this.#keyFile(slot.name);
    const file = readOwnFile(path, { maxBytes: 128, mode: 'refuse' });
    const again = 'then `castellan secrets unlock`';
    if (file.kind === 'none') return no(`its key file \`${path}\` is not there`, `put it back, ${again}`);
    if (file.kind === 'unusable')
      return no(`its key file \`${path}\` ${file.text}`, `make it yours alone (chmod 600), ${again}`);
    if (!HEX_KEY.test(file.text))
      return no(`its key file \`${path}\` holds no key`, `put the right one back, ${again}`);
    return keyFrom(file.text, slot);
  }

  async #fromPassphrase(
    slot: Extract<KeySlot, { source: 'passphrase' }>,
    passphrase: string | null,
  ): Promise<FoundKey> {
    const given = passphrase ?? this.#passphraseOfFile();
    if (typeof given !== 'string') return given;
    const key = await keyOfPassphrase(given, slot.argon2);
    return key.id === slot.id
      ? { ok: true, slot, key }
      : no('the passphrase is wrong', '`castellan secrets unlock` asks for the right one', true);
  }

  #passphraseOfFile(): string | Extract<FoundKey, { ok: false }> {
    const { passphraseFile } = this.#settings;
    const missing = (text: string, hint: string) => ({ ok: false, wrong: false, text, hint }) as const;
    if (passphraseFile === null) return missing('its passphrase is needed', '`castellan secrets unlock` asks for it');
    if (this.#isInside(passphraseFile))
      return missing('the passphrase file lies in the state folder', 'keep it elsewhere: a copy would carry it along');
    // The service manager hands such files out as root's own.
    const file = readOwnFile(passphraseFile, { maxBytes: 4096, mode: 'refuse', owners: [0] });
    const text = file.kind === 'text' ? file.text.replace(/\r?\n$/, '') : '';
    if (file.kind === 'text' && text !== '') return text;
    const what = file.kind === 'none' ? 'is not there' : file.kind === 'unusable' ? file.text : 'is empty';
    return missing(
      `the passphrase file \`${passphraseFile}\` ${what}`,
      'correct CASTELLAN_VAULT_PASSPHRASE_FILE, or run `castellan secrets unlock`',
    );
  }

  #keyFile(name: string): string {
    return join(this.#settings.dataHome, 'castellan', `${name}.key`);
  }

  /** null: inside the state folder, where a copy of it would carry the key along. */
  #keyFolder(): string | null {
    const folder = join(this.#settings.dataHome, 'castellan');
    return this.#isInside(folder) ? null : folder;
  }

  #isInside(path: string): boolean {
    const real = realOf(path);
    return real === this.#home || real.startsWith(`${this.#home}/`);
  }
}

function keyFrom(text: string, slot: KeySlot): FoundKey {
  const secret = Buffer.from(text.trim(), 'hex');
  const key = sealKeyOf(secret);
  secret.fill(0);
  if (key.id === slot.id) return { ok: true, slot, key };
  return no('the key found for it is another one', 'put the right key back, then `castellan secrets unlock`', true);
}

/** Where a path leads, however much of it is there. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realOf(parent), path.slice(parent.length));
  }
}
