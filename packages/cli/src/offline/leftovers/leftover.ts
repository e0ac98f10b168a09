// A credential that lies in a file people keep settings in: what it would be called, and the file without it.
import type { SecretUse } from '@castellan/contract';

export interface Leftover {
  /** What it will be called. */
  readonly name: string;
  /** What it is called where it lies. */
  readonly key: string;
  readonly value: string;
  readonly uses: readonly SecretUse[];
  /** Where it stands, for a person. */
  readonly where: string;
}

/** How one file is read. */
export interface Reading {
  /** As a person would write it. */
  readonly file: string;
  /** Put before every name: two projects may both have a `TOKEN`. */
  readonly prefix: string;
  readonly isCredential: (name: string, value: string) => boolean;
}

export interface LeftoverFile {
  readonly leftovers: readonly Leftover[];
  /** What could be a credential and was not taken, and why. */
  readonly faults: readonly string[];
  /** The file's text without these and with everything else; null: that cannot be had. */
  without(taken: readonly Leftover[]): string | null;
}

const NAMES =
  /secret|token|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|auth|credential|bearer|cookie/i;
const PLACEHOLDER = /^(?:\$\{|\$\(|\$[A-Za-z_]|%[A-Za-z_]+%$|<|\{\{|your[_-]|changeme|xxx|example)|^[*x.]+$/i;

/** By its name, where it says so; a placeholder or a flag is none. */
export const looksNamed = (name: string, value: string): boolean =>
  value.length >= 8 && NAMES.test(name) && !PLACEHOLDER.test(value);

export const isPlaceholder = (value: string): boolean => PLACEHOLDER.test(value);
