// What leaves the daemon passes here, whatever it leaves by: answers, events, records, rows, lines. INVARIANT: what is given
// back holds no secret the redactor knows and is still the JSON it was: a secret that looks like one of our own words, or
// that is itself a piece of JSON, must neither leak nor break the ledger.
import type { JsonValue } from '@castellan/contract';
import type { Redactor } from '@castellan/secrets';
import { isOurNumber, isOurWord, others, withOurs } from './own-words.ts';
import { stringsOf } from './strings-of.ts';

export interface Exits {
  text(text: string): string;
  /** A value as JSON text. */
  json(value: unknown): string;
  /** A value whose shape somebody relies on: the same, with what is secret taken out of its strings and names. */
  value(value: JsonValue): JsonValue;
  /** What is kept in a row: JSON or a plain text. */
  row(text: string): string;
}

const HIDDEN = '[REDACTED]';

export function createExits(redactor: Redactor): Exits {
  const isClean = (text: string): boolean => redactor.text(text) === text;

  const number = (given: number, member: string): JsonValue => {
    const shown = redactor.text(String(given));
    if (shown === String(given)) return given;
    return isOurNumber(/^\[REDACTED:[^\]]*\]$/.test(shown), member) ? given : HIDDEN;
  };

  /** Part by part; where the parts are clean and the whole is not, the secret is the whole. */
  const clean = (given: JsonValue, member = ''): JsonValue => {
    if (given === null || typeof given === 'boolean') return given;
    if (typeof given === 'number') return number(given, member);
    if (typeof given === 'string') return isOurWord(given) ? given : redactor.text(given);
    if (isClean(JSON.stringify(given))) return given;
    const rebuilt: JsonValue = Array.isArray(given)
      ? given.map((part: JsonValue) => clean(part, member))
      : named(
          Object.entries(given).map(([name, part]) => [
            isOurWord(name) ? name : redactor.text(name),
            clean(part, name),
          ]),
        );
    return isClean(JSON.stringify(rebuilt)) || isClean(JSON.stringify(others(rebuilt, isClean, member)))
      ? rebuilt
      : HIDDEN;
  };

  /** Nearly everything is: three searches of whole texts, where one of each part would cost more than the decision. */
  const isUntouched = (given: JsonValue, text: string): boolean => {
    if (!isClean(text)) return false;
    const { names, values } = stringsOf(given);
    // A value may be cut over neighbouring parts, and a name or a quote may hide behind what JSON escapes.
    if (redactor.mentions(`${values.join('')}\n${names.join('')}`).length > 0) return false;
    return !text.includes('\\') || isClean(values.join('\n'));
  };

  const value = (given: JsonValue): JsonValue => {
    const text = JSON.stringify(given);
    if (isUntouched(given, text)) return given;
    return clean(withOurs(given, redactor.json(given)));
  };

  return {
    text: (text) => redactor.text(text),
    value,
    json(given) {
      const text = JSON.stringify(given) ?? 'null';
      // What JSON makes of it, not what it was: members that are undefined are not there.
      return isUntouched(given as JsonValue, text) ? text : JSON.stringify(value(JSON.parse(text) as JsonValue));
    },
    row(text) {
      if (!text.startsWith('{')) return redactor.text(text);
      try {
        return JSON.stringify(value(JSON.parse(text) as JsonValue));
      } catch {
        return redactor.text(text);
      }
    },
  };
}

/** Two names that were secrets may not become one, or what the other held is lost. */
function named(entries: readonly (readonly [string, JsonValue])[]): JsonValue {
  const taken = new Map<string, JsonValue>();
  for (const [name, value] of entries) {
    let free = name;
    for (let n = 2; taken.has(free); n += 1) free = `${name} ${n}`;
    taken.set(free, value);
  }
  return Object.fromEntries(taken);
}
