// Whether one argument of a call satisfies a grant's pattern. What a person saw when granting must be what is matched:
// nothing may hide behind a prefix or a `*`.
import { type ArgumentPattern, canonicalJson, type JsonObject, type JsonValue } from '@castellan/contract';
import { globMatches } from './glob.ts';

/** Longer texts never match a prefix or a glob: nobody meant them. */
const LONGEST = 16_384;

/** In a shell, these begin something else than what was granted: `npm test; curl …`, `npm test $(…)`. */
const SHELL_CONTROL = /[;&|<>$`(){}\\\n\r]/;

/** A `..` between separators leads out of any folder a pattern names. */
const CLIMBS = /(^|[/\\])\.\.([/\\]|$)/;

/** Strings as they are, everything else as its canonical JSON. */
const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : canonicalJson(value));

export function argumentMatches(pattern: ArgumentPattern, args: JsonObject, shell: boolean): boolean {
  if (!Object.hasOwn(args, pattern.name)) return false;
  const value = args[pattern.name];
  if (value === undefined) return false;
  const { match } = pattern;
  if (match.kind === 'equals') return canonicalJson(value) === canonicalJson(match.value as JsonValue);
  const text = textOf(value);
  if (text.length > LONGEST) return false;
  const granted = match.value;
  const rest = match.kind === 'prefix' ? text.slice(granted.length) : text;
  if (CLIMBS.test(rest) || (shell && SHELL_CONTROL.test(rest))) return false;
  return match.kind === 'prefix' ? startsAtBoundary(text, granted) : globMatches(granted, text);
}

/** `npm test` covers `npm test x` and not `npm testing`; `/a/b` covers `/a/b/c` and not `/a/bc`. */
function startsAtBoundary(text: string, prefix: string): boolean {
  if (!text.startsWith(prefix)) return false;
  // Not `:` or `@`: `https://example.org@evil.com` begins with `https://example.org`.
  return text.length === prefix.length || /[\s/\\]$/.test(prefix) || /^[\s/\\?#]/.test(text.slice(prefix.length));
}
