// What leaves the daemon passes here, whatever it leaves by: answers, events, records, rows, lines. INVARIANT: what is given
// back holds no secret the redactor knows and is still the JSON it was: a secret that looks like one of our own words, or
// that is itself a piece of JSON, must neither leak nor break the ledger.
import type { JsonValue } from '@castellan/contract';
import type { Redactor } from '@castellan/secrets';
import { isOurNumber, isOurWord, others, withOurs } from './own-words.ts';

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
    return isClean(JSON.stringify(rebuilt)) || isClean(JSON.stringify(others(rebuilt, member))) ? rebuilt : HIDDEN;
  };

  const value = (given: JsonValue): JsonValue => {
    const text = JSON.stringify(given);
    // The redactor reads across neighbouring parts, which a search of each alone would miss.
    const found = redactor.json(given);
    const spread = JSON.stringify(found) !== text;
    if (!spread && isClean(text)) return given;
    return clean(spread ? withOurs(given, found) : given);
  };

  return {
    text: (text) => redactor.text(text),
    value,
    json: (given) => JSON.stringify(value(JSON.parse(JSON.stringify(given) ?? 'null') as JsonValue)),
    row(text) {
      if (isClean(text)) return text;
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
