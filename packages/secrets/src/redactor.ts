// The one redactor: everything that is recorded, shown or told to an agent passes it. Known values in all their forms,
// longest first, Castellan's own credentials by their shape, and what a detector is sure of.
import type { JsonValue } from '@castellan/contract';
import { type AnyCase, anyCaseOver } from './any-case.ts';
import type { Finding } from './finding.ts';
import { joinFindings } from './join-findings.ts';
import { type KnownSecret, whyNotProtected } from './known.ts';
import { buildMayBegin, type MayBegin } from './may-begin.ts';
import { findOwn, OWN_NAME, OWN_TELLS_NOTHING, ownMayBegin } from './own.ts';
import { redactJson } from './redact-json.ts';
import { type RedactingStream, redactingStream } from './redacting-stream.ts';
import { type Marker, marker, replaceBytes, replaceText } from './replace.ts';
import { searchSecrets } from './search.ts';
import { buildSecretSet, type SecretSet } from './secret-set.ts';
import { unknownMayBegin } from './unknown-may-begin.ts';

export interface Detector {
  find(bytes: Uint8Array): readonly Finding[];
}

export interface RedactorOptions {
  readonly known?: readonly KnownSecret[];
  /** Secrets nobody told us of; what it calls possible is left as it is. */
  readonly detector?: Detector;
  /** What stands in the place of a secret; the name is safe to print. */
  readonly marker?: Marker;
}

export interface Redactor {
  text(input: string): string;
  /** The same object back when nothing was found. */
  bytes(input: Uint8Array): Uint8Array;
  /** Strings, keys, numbers, and values split over fields that follow each other; the shape is kept. */
  json(input: JsonValue): JsonValue;
  /** `known`: what nobody named is not looked for, as in `mentions`. */
  stream(of?: 'all' | 'known'): RedactingStream;
  /** Sorted, not overlapping. */
  find(input: Uint8Array): readonly Finding[];
  /** The names of the known secrets in it. */
  mentions(input: Uint8Array | string): readonly string[];
  /** The values that are known now, whatever the case of their letters; made once for as long as they stay the same. */
  anyCase(): AnyCase;
  /** Adds a value learned while running; protected when this returns. `false`: see `whyNotProtected`, or too many. */
  learn(secret: KnownSecret): boolean;
  /** The vault's secrets as they are now; what was learned stays. */
  replaceAll(secrets: readonly KnownSecret[]): void;
  /** Grows whenever what is known changes: what was found clean at one version may not be at the next. */
  readonly version: number;
}

const NONE: readonly Finding[] = [];
/** How many learned values are kept: agents and restarts are few, and an attacker must not grow this. */
const MAX_LEARNED = 1_024;
/** So many recent values are searched beside the large set before both become one. */
const MAX_RECENT = 16;
/** Up to so many values are one set at once: two sets cost every search twice, and a small one is made in a millisecond. */
const SMALL = 24;
/** Two characters of a secret tell nothing; more of it waits for the rest, however long that takes. */
const MORE_THAN_A_CRUMB = 3;
/** Strings up to this length are encoded into one buffer used again and again. */
const SCRATCH = 16_384;

/** A set with what streams ask of it, made when the first stream asks. */
interface Ready {
  readonly set: SecretSet;
  mayBegin(): MayBegin;
  /** Of more than a crumb. */
  hasBegun(): MayBegin;
}

function ready(secrets: readonly KnownSecret[]): Ready {
  const set = buildSecretSet(secrets);
  let made: MayBegin | null = null;
  let begun: MayBegin | null = null;
  return {
    set,
    mayBegin: () => {
      made ??= buildMayBegin(set);
      return made;
    },
    hasBegun: () => {
      begun ??= buildMayBegin(set, MORE_THAN_A_CRUMB);
      return begun;
    },
  };
}

/** A redactor for these secrets; a list alone is a list of known ones. */
export function createRedactor(options: RedactorOptions | readonly KnownSecret[] = {}): Redactor {
  const {
    known = [],
    detector,
    marker: mark = marker,
  }: RedactorOptions = 'length' in options ? { known: options } : options;
  const usable = (secrets: readonly KnownSecret[]): readonly KnownSecret[] =>
    secrets.filter(({ value }) => whyNotProtected(value) === null);
  let vault = usable(known);
  const learned: KnownSecret[] = [];
  let recent: KnownSecret[] = [];
  let version = 0;
  let folded: { readonly version: number; readonly anyCase: AnyCase } | null = null;
  let sets: readonly Ready[] = [ready(vault)];
  const scratch = Buffer.alloc(SCRATCH * 3);

  const rebuild = (): void => {
    recent = [];
    sets = [ready([...vault, ...learned])];
  };

  const findKnown = (bytes: Uint8Array): readonly Finding[] => {
    let certain = findOwn(bytes);
    for (const { set } of sets) {
      const found = searchSecrets(set, bytes);
      if (found.length > 0) certain = [...found, ...certain];
    }
    return certain;
  };
  const find = (bytes: Uint8Array): readonly Finding[] => {
    const detected = detector?.find(bytes) ?? NONE;
    const certain = findKnown(bytes);
    if (certain.length + detected.length === 0) return NONE;
    return joinFindings(
      certain,
      detected.filter(({ confidence }) => confidence !== 'possible'),
    );
  };

  /** INVARIANT: what is found here is used before the next string is encoded. */
  const findText = (text: string): { readonly size: number; readonly findings: readonly Finding[] } => {
    if (text.length > SCRATCH) {
      const bytes = Buffer.from(text, 'utf8');
      return { size: bytes.length, findings: find(bytes) };
    }
    const size = scratch.write(text, 0, 'utf8');
    return { size, findings: find(scratch.subarray(0, size)) };
  };

  const knownMayBegin = (bytes: Uint8Array): number => {
    const own = ownMayBegin(bytes);
    return Math.min(
      bytes.length - own < OWN_TELLS_NOTHING ? bytes.length : own,
      ...sets.map((one) => one.hasBegun()(bytes)),
    );
  };
  const anyKnownMayBegin = (bytes: Uint8Array): number =>
    Math.min(ownMayBegin(bytes), ...sets.map((one) => one.mayBegin()(bytes)));
  const mayBegin = (bytes: Uint8Array): number =>
    Math.min(anyKnownMayBegin(bytes), detector === undefined ? bytes.length : unknownMayBegin(bytes));

  return {
    text: (input) => {
      const { size, findings } = findText(input);
      return replaceText(input, size, findings, mark);
    },
    bytes: (input) => replaceBytes(input, find(input), mark),
    json: (input) => redactJson(input, findText, mark),
    stream: (of = 'all') =>
      redactingStream(
        of === 'all'
          ? { find, mayBegin, knownMayBegin }
          : { find: (bytes) => joinFindings(findKnown(bytes), NONE), mayBegin: anyKnownMayBegin, knownMayBegin },
        mark,
      ),
    find,
    mentions: (input) => {
      const bytes = typeof input === 'string' ? Buffer.from(input, 'utf8') : input;
      const names = new Set<string>();
      for (const { set } of sets) for (const { name } of searchSecrets(set, bytes)) names.add(name);
      if (findOwn(bytes).length > 0) names.add(OWN_NAME);
      return [...names];
    },
    anyCase: () => {
      if (folded?.version !== version)
        folded = {
          version,
          anyCase: anyCaseOver([...vault, ...learned], (known) => createRedactor({ known, marker: mark })),
        };
      return folded.anyCase;
    },
    learn: (secret) => {
      if (whyNotProtected(secret.value) !== null) return false;
      if ([...vault, ...learned].some(({ value }) => value === secret.value)) return true;
      if (learned.length >= MAX_LEARNED) return false;
      version += 1;
      learned.push(secret);
      recent.push(secret);
      if (recent.length > MAX_RECENT || vault.length + learned.length <= SMALL) rebuild();
      else sets = [...sets.slice(0, 1), ready(recent)];
      return true;
    },
    replaceAll: (secrets) => {
      version += 1;
      vault = usable(secrets);
      rebuild();
    },
    get version() {
      return version;
    },
  };
}
