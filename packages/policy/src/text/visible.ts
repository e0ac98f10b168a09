// Values of a call as text a person reads. What an agent writes must not be able to look like something else: control
// characters, bidirectional overrides and invisible characters are spelt out, and a shortened value says by how much.
import { canonicalJson, type JsonValue } from '@castellan/contract';

/**
 * Controls, format characters (bidirectional marks, zero width, tags, soft hyphen), whatever renders as nothing (fillers,
 * variation selectors), private use, lone surrogates, line separators, and every space but the ordinary one.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text with everything hidden made visible: `\n`, `\u{202e}`. A backslash is doubled, so that no text imitates an escape. */
export function visible(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(HIDDEN, (character) => NAMED[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

const count = new Intl.NumberFormat('en-US');

/** Text cut to `most` characters, saying how many are left out. Never cut inside a surrogate pair. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return visible(text);
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${visible(text.slice(0, end))} … ${count.format(text.length - end)} more characters`;
}

/** A value between quotation marks; everything but text as its JSON. */
export function quoted(value: JsonValue, most = 200): string {
  if (typeof value === 'string') return `“${shortened(value, most).replaceAll('”', '\\”')}”`;
  return shortened(jsonText(value), most);
}

/** What has no canonical form (half a character, nesting without end) has no digest either and never runs; it is only shown. */
function jsonText(value: JsonValue): string {
  try {
    return canonicalJson(value);
  } catch {
    return '(a value that cannot be shown)';
  }
}
