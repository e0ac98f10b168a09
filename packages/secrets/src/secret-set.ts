// The secrets of one moment with the matchers made from them: immutable, replaced as a whole when the set changes.
import { type Form, formsOf } from './forms.ts';
import { type KnownSecret, markerName } from './known.ts';
import { buildMatcher, type Matcher, type Pattern } from './matcher.ts';

/** Patterns shorter than this would make every window short; they are looked for in a pass of their own. */
const SHORT = 8;

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
  /** Whether any value holds one of the signs that quoting doubles: without one, quoting cannot hide a value. */
  readonly hasQuoted: boolean;
  readonly hasNonAscii: boolean;
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
  return {
    names,
    forms,
    owners,
    matchers,
    longest: Math.max(0, ...matchers.map((matcher) => matcher.longest)),
    hasQuoted: secrets.some(({ value }) => /["'`^&|<>%$!]/.test(value)),
    hasNonAscii: secrets.some(({ value }) => /[^\u0000-\u007f]/.test(value)),
  };
}
