// The one redactor: everything that is recorded, shown or told to an agent passes it. Known values in all their forms,
// longest first, and Castellan's own credentials by their shape.
import type { JsonValue } from '@castellan/contract';
import { formsOf, MIN_SECRET_LENGTH } from './forms.ts';

export interface KnownSecret {
  readonly name: string;
  readonly value: string;
}

export interface Redactor {
  text(input: string): string;
  json(input: JsonValue): JsonValue;
  /** Adds a value learned while running (a credential just made or just presented). Too short: refused with `false`. */
  learn(secret: KnownSecret): boolean;
}

const OWN_CREDENTIAL = /castellan_[ad]_(?:[0-9a-z]{6,40}_)?[0-9a-f]{64}/g;

/** How many learned values are kept: agents and restarts are few, and an attacker must not grow this. */
const MAX_KNOWN = 256;

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

export function createRedactor(known: readonly KnownSecret[] = []): Redactor {
  const names = new Map<string, string>();
  const values = new Set<string>();
  let pattern: RegExp | null = null;

  const learn = (secret: KnownSecret): boolean => {
    if (secret.value.length < MIN_SECRET_LENGTH) return false;
    if (values.has(secret.value)) return true;
    if (values.size >= MAX_KNOWN) return false;
    values.add(secret.value);
    for (const form of formsOf(secret.value)) names.set(form, secret.name);
    const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length);
    pattern = new RegExp(longestFirst.map(escapeRegExp).join('|'), 'g');
    return true;
  };

  const text = (input: string): string => {
    const replaced =
      pattern === null ? input : input.replace(pattern, (form) => `[REDACTED:${names.get(form) ?? 'secret'}]`);
    return replaced.includes('castellan_')
      ? replaced.replace(OWN_CREDENTIAL, '[REDACTED:castellan-credential]')
      : replaced;
  };

  const json = (input: JsonValue): JsonValue => {
    if (typeof input === 'string') return text(input);
    if (input === null || typeof input !== 'object') return input;
    if (Array.isArray(input)) return input.map(json);
    return Object.fromEntries(Object.entries(input).map(([key, value]) => [text(key), json(value)]));
  };

  for (const secret of known) learn(secret);
  return { text, json, learn };
}
