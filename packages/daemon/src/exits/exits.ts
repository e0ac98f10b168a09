// What leaves the daemon passes here, whatever it leaves by: answers, events, records, rows, lines. INVARIANT: what is given
// back holds no secret the redactor knows and is still the JSON it was: a secret that looks like one of our own words, or
// that is itself a piece of JSON, must neither leak nor break the ledger.
import type { JsonValue } from '@castellan/contract';
import type { Redactor } from '@castellan/secrets';
import { isUntouchedInSteps, valueWithout } from './in-steps.ts';
import { answerIn, Looked } from './looked.ts';
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
  /** Like `value`; what is clean then passes `message` as a whole result without being looked through again. */
  keep(value: JsonValue): JsonValue;
  /** A JSON-RPC message as text. A result that was looked through before, every character of it, is not again. */
  message(text: string): string;
  /**
   * Looks through a long text in steps, between which everything else goes on; what is clean then passes at once whatever
   * else is asked of it here. Null: it is clean or short; else the value of it that may be shown.
   */
  ahead(text: string): Promise<JsonValue | null>;
  /** Grows whenever something may be hidden that was not before. */
  readonly version: number;
}

const HIDDEN = '[REDACTED]';
/** An id or a word; and the names of all members of a value. Both are said again with every call. */
const SHORT = 64;
const SHORT_NAMES = 2_048;
/** Looked through at once in a few milliseconds, whatever it is made of. */
const AT_ONCE = 4_096;

/** @param levels how often what is looked for beside known secrets was set otherwise. */
export function createExits(redactor: Redactor, levels: () => number = () => 0): Exits {
  const version = (): number => redactor.version + levels();
  const looked = new Looked(version);
  const words = new Looked(version);
  const shapes = new Looked(version);
  const isClean = (text: string): boolean => redactor.text(text) === text;

  const number = (given: number, member: string): JsonValue => {
    const shown = redactor.text(String(given));
    if (shown === String(given)) return given;
    return isOurNumber(/^\[REDACTED:[^\]]*\]$/.test(shown), member) ? given : HIDDEN;
  };

  const word = (given: string): string => {
    if (given.length > SHORT) return redactor.text(given);
    if (words.has(given)) return given;
    const shown = redactor.text(given);
    if (shown === given) words.add(given);
    return shown;
  };

  const areNamesClean = (names: readonly string[]): boolean => {
    const joined = names.join('');
    if (joined.length > SHORT_NAMES) return redactor.mentions(joined).length === 0;
    if (shapes.has(joined)) return true;
    const clean = redactor.mentions(joined).length === 0;
    if (clean) shapes.add(joined);
    return clean;
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
    if (redactor.mentions(values.join('')).length > 0 || !areNamesClean(names)) return false;
    return !text.includes('\\') || isClean(values.join('\n'));
  };

  const wasLooked = (text: string): boolean => text.length > AT_ONCE && looked.has(text);

  /** `text`: of what came through untouched. */
  const looking = (given: JsonValue): { readonly shown: JsonValue; readonly text: string | null } => {
    const text = JSON.stringify(given);
    if (wasLooked(text) || isUntouched(given, text)) return { shown: given, text };
    return { shown: clean(withOurs(given, redactor.json(given))), text: null };
  };
  const value = (given: JsonValue): JsonValue => looking(given).shown;

  const row = (text: string): string => {
    if (wasLooked(text)) return text;
    if (!text.startsWith('{')) return word(text);
    try {
      return JSON.stringify(value(JSON.parse(text) as JsonValue));
    } catch {
      return redactor.text(text);
    }
  };

  return {
    text: word,
    value,
    row,
    keep(given) {
      const { shown, text } = looking(given);
      if (text !== null) looked.add(text);
      return shown;
    },
    message(text) {
      const answer = answerIn(text);
      if (answer === null) return row(text);
      const { result, around } = answer;
      // The id is the client's own: a known secret may be that, or begin in the result and end in what stands around it.
      if (looked.has(result) && redactor.mentions(around).length === 0) return text;
      const shown = row(text);
      if (shown === text) looked.add(result);
      return shown;
    },
    async ahead(text) {
      const given = answerIn(text)?.result ?? text;
      if (given.length <= AT_ONCE || looked.has(given) || !/^[{[]/.test(given)) return null;
      const at = version();
      let value: JsonValue;
      try {
        value = JSON.parse(given) as JsonValue;
      } catch {
        return null;
      }
      // What is learned meanwhile may stand in what was looked through before.
      const isClean = await isUntouchedInSteps(redactor, value, given);
      if (isClean && version() === at) looked.add(given);
      if (isClean) return null;
      const shown = await valueWithout(redactor, value);
      if (version() === at) looked.add(JSON.stringify(shown));
      return shown;
    },
    get version() {
      return version();
    },
    json(given) {
      const text = JSON.stringify(given) ?? 'null';
      // What JSON makes of it, not what it was: members that are undefined are not there.
      return wasLooked(text) || isUntouched(given as JsonValue, text)
        ? text
        : JSON.stringify(value(JSON.parse(text) as JsonValue));
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
