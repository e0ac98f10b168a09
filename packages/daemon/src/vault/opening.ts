// From the sealed file to an open vault, or to why it is not. Reads only.
import { type KeySlot, type KeySource, parseVaultContents, type VaultContents } from '@castellan/contract';
import { readSealed, type SealKey, unseal } from '@castellan/secrets';
import type { KeyPlaces } from './key-places.ts';
import type { SealedFiles } from './sealed-files.ts';

export type Opening =
  | { readonly kind: 'empty' }
  | { readonly kind: 'open'; readonly contents: VaultContents; readonly slot: KeySlot; readonly key: SealKey }
  | {
      readonly kind: 'locked';
      readonly source: KeySource;
      /** A key was tried and was the wrong one. */
      readonly wrong: boolean;
      readonly text: string;
      readonly hint: string;
    }
  | { readonly kind: 'damaged'; readonly text: string; readonly hint: string };

const SCHEMA = 'castellan/vault/v1';

export interface OpeningOptions {
  readonly files: SealedFiles;
  readonly keys: KeyPlaces;
  /** Whether there ever was a vault here: one that is gone is not one that was never made. */
  readonly made: boolean;
  readonly passphrase: string | null;
  /** What was open until now: its key is not asked for again where it opens this one too. */
  readonly held: Extract<Opening, { kind: 'open' }> | null;
}

export async function openSealed({ files, keys, made, passphrase, held }: OpeningOptions): Promise<Opening> {
  const damaged = (what: string): Opening => ({
    kind: 'damaged',
    text: `the vault \`${files.path}\` ${what}`,
    hint: `${wayBack(files)}; what is damaged is put aside, not overwritten`,
  });
  const file = files.read();
  if (file.kind === 'none') return made ? damaged('is gone') : { kind: 'empty' };
  if (file.kind === 'unusable') return damaged(file.text);
  const read = readSealed(SCHEMA, file.text);
  if (!read.ok) return damaged(`cannot be opened: ${read.message}`);
  const slot = read.header.key;
  const found =
    held?.slot.id === slot.id ? { ok: true as const, slot, key: held.key } : await keys.find(slot, passphrase);
  if (!found.ok) return { kind: 'locked', source: slot.source, ...found };
  const opened = unseal(SCHEMA, file.text, found.key);
  if (!opened.ok) return damaged(`cannot be opened: ${opened.message}`);
  const contents = contentsOf(opened.plain);
  opened.plain.fill(0);
  if (contents === null) return damaged('holds something this Castellan does not know');
  return { kind: 'open', contents, slot: found.slot, key: found.key };
}

function wayBack(files: SealedFiles): string {
  const previous = files.readPrevious();
  const whole = previous.kind === 'text' && readSealed(SCHEMA, previous.text).ok;
  return whole
    ? '`castellan secrets recover previous` takes the vault as it was one change before'
    : '`castellan secrets recover nothing` begins a new vault; then restore a backup';
}

function contentsOf(plain: Buffer): VaultContents | null {
  try {
    const parsed = parseVaultContents(JSON.parse(plain.toString('utf8')));
    return parsed.ok ? parsed.value : null;
  } catch {
    return null;
  }
}
