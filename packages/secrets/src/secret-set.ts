// The secrets of one moment with the matchers made from them: immutable, replaced as a whole when the set changes.
import { type Form, formsOf } from './forms.ts';
import { buildGrams, type Grams } from './grams.ts';
import { type KnownSecret, markerName } from './known.ts';
import { buildMatcher, type Matcher, type Pattern } from './matcher.ts';

/** Patterns shorter than this would make every window short; they are looked for in a pass of their own. */
const SHORT = 8;
const MAX_REACH = 8_192;

export interface SecretSet {
  /** Marker names, by the number a span carries. */
  readonly names: readonly string[];
  readonly forms: readonly Form[];
  /** The secret of each form. */
  readonly owners: readonly number[];
  /** Two passes: the long patterns, and the short ones where there are any. */
  readonly matchers: readonly Matcher[];
  /** The longest form, in bytes. */
  readonly longest: number;
  /** How far from an escape the rest of a secret may stand. */
  readonly reach: number;
  /** How long the longest secret may be when each sign of it is escaped: what a stream looks back over. */
  readonly tail: number;
  /** The shortest run of digits that can hold a secret in more than one encoding. */
  readonly shortestRun: number;
  /** What line ends and quotes may break; made when first asked for. */
  grams(): Grams;
  /** Whether any value holds one of the signs that quoting doubles: without one, quoting cannot hide a value. */
  readonly hasQuoted: boolean;
  readonly hasBackslash: boolean;
  /** Whether any has letters beyond ASCII. */
  readonly hasWide: boolean;
  readonly hasSpace: boolean;
  /** Whether any value is hex itself, so that its case may change. */
  readonly hasHex: boolean;
}

export function buildSecretSet(secrets: readonly KnownSecret[], common = false): SecretSet {
  const names: string[] = [];
  const forms: Form[] = [];
  const owners: number[] = [];
  const seen = new Set<string>();
  const long: Pattern[] = [];
  const short: Pattern[] = [];
  for (const { name, value } of secrets) {
    const secret = names.push(markerName(name)) - 1;
    for (const form of formsOf(value, common)) {
      const key = Buffer.from(form.bytes.buffer, form.bytes.byteOffset, form.bytes.length).toString('latin1');
      if (seen.has(key)) continue;
      seen.add(key);
      const tag = forms.push(form) - 1;
      owners.push(secret);
      (form.bytes.length < SHORT ? short : long).push({ bytes: form.bytes, tag });
    }
  }
  const matchers = [long, short].filter((patterns) => patterns.length > 0).map(buildMatcher);
  const longest = Math.max(0, ...matchers.map((matcher) => matcher.longest));
  const shortestForm = forms.reduce((least, { bytes }) => Math.min(least, bytes.length), 24);
  let grams: Grams | null = null;
  return {
    names,
    forms,
    owners,
    matchers,
    longest,
    reach: Math.min(MAX_REACH, longest * 2 + 64),
    tail: Math.min(MAX_REACH, longest * 5 + 256),
    shortestRun: Math.min(22, Math.max(10, Math.floor((shortestForm * 4) / 3))),
    grams: () => {
      grams ??= buildGrams(forms.filter(({ joined }) => joined).map(({ bytes }) => bytes));
      return grams;
    },
    hasBackslash: secrets.some(({ value }) => value.includes('\\')),
    hasHex: secrets.some(({ value }) => /^[0-9a-fA-F]+$/.test(value.trim())),
    hasSpace: secrets.some(({ value }) => value.includes(' ')),
    hasWide: secrets.some(({ value }) => /[^\u0000-\u007f]/.test(value)),
    hasQuoted: secrets.some(({ value }) => /["'`^&|<>%$!]/.test(value)),
  };
}
