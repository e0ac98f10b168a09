// Takes known secrets out of what a server or a program made as long and as twisted as it liked, a step at a time: everything
// else goes on between two steps. INVARIANT: what is given back is what one look at the whole would have given back, or less.
import { setImmediate } from 'node:timers/promises';
import type { JsonValue } from '@castellan/contract';
import type { Redactor } from '@castellan/secrets';
import { stringsOf } from './strings-of.ts';

type Streams = Pick<Redactor, 'stream'>;

/** The worst text of this length, with what is looked at again before it, is looked through in 20 ms of CPU. */
const STEP_BYTES = 4_096;
const STEP_LEAVES = 1000;
const MARKER = /\[REDACTED:([^\]]+)\]/g;
const HIDDEN = '[REDACTED]';

export async function bytesWithout(redactor: Streams, bytes: Uint8Array, of: 'all' | 'known' = 'all'): Promise<Buffer> {
  const looking = redactor.stream(of);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    parts.push(Buffer.from(looking.push(bytes.subarray(at, at + STEP_BYTES))));
    await setImmediate();
  }
  parts.push(Buffer.from(looking.end()));
  return Buffer.concat(parts);
}

/** Names of the secrets that were taken out of a text. */
export function namesTaken(before: Buffer, after: Buffer): readonly string[] {
  const found = [...after.toString('latin1').matchAll(MARKER)].flatMap(([whole, name]) =>
    name === undefined || before.includes(whole, 0, 'latin1') ? [] : [name],
  );
  return [...new Set(found)];
}

async function isClean(redactor: Streams, text: string, of: 'all' | 'known' = 'all'): Promise<boolean> {
  const bytes = Buffer.from(text);
  const looking = redactor.stream(of);
  // What is held back comes later: compared up to where it has come.
  let same = 0;
  const isSame = (part: Uint8Array): boolean => {
    const whole = bytes.subarray(same, same + part.length).equals(part);
    same += part.length;
    return whole;
  };
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    if (!isSame(looking.push(bytes.subarray(at, at + STEP_BYTES)))) return false;
    await setImmediate();
  }
  return isSame(looking.end()) && same === bytes.length;
}

/** A value of a program: the same, with what is secret taken out of its texts and names; nothing of it where that is not enough. */
export async function valueWithout(redactor: Streams, value: JsonValue): Promise<JsonValue> {
  if (await isWhole(redactor, value)) return value;
  let leaves = 0;
  const without = async (each: JsonValue): Promise<JsonValue> => {
    leaves += 1;
    if (leaves % STEP_LEAVES === 0) await setImmediate();
    if (typeof each === 'string') return (await bytesWithout(redactor, Buffer.from(each))).toString();
    if (typeof each === 'number') return (await isClean(redactor, String(each))) ? each : HIDDEN;
    if (typeof each !== 'object' || each === null) return each;
    if (Array.isArray(each)) {
      const list: JsonValue[] = [];
      for (const part of each as readonly JsonValue[]) list.push(await without(part));
      return list;
    }
    const members: [string, JsonValue][] = [];
    for (const [name, part] of Object.entries(each)) {
      const shown = (await bytesWithout(redactor, Buffer.from(name))).toString();
      members.push([shown, await without(part)]);
    }
    return Object.fromEntries(members);
  };
  const rebuilt = await without(value);
  return (await isWhole(redactor, rebuilt)) ? rebuilt : HIDDEN;
}

/** Neither as JSON, nor read on from one text to the next, nor behind what JSON escapes does it hold anything. */
async function isWhole(redactor: Streams, value: JsonValue): Promise<boolean> {
  return isUntouchedInSteps(redactor, value, JSON.stringify(value));
}

/** @param text the value as JSON. As `Exits` looks at what it finds untouched, and names read on into what they hold. */
export async function isUntouchedInSteps(redactor: Streams, value: JsonValue, text: string): Promise<boolean> {
  if (!(await isClean(redactor, text))) return false;
  const { names, values } = stringsOf(value);
  // Known ones alone: ids that follow each other look like a key that nobody has.
  if (!(await isClean(redactor, values.join(''), 'known'))) return false;
  if (names.length > 0) {
    if (!(await isClean(redactor, names.join(''), 'known'))) return false;
    if (!(await isClean(redactor, inOrder(value).join(''), 'known'))) return false;
  }
  return !text.includes('\\') || isClean(redactor, values.join('\n'));
}

/** Names and what they hold, as they are written. */
function inOrder(value: JsonValue): readonly string[] {
  const texts: string[] = [];
  const rest: JsonValue[] = [value];
  while (rest.length > 0) {
    const each = rest.pop() ?? null;
    if (typeof each === 'string') texts.push(each);
    else if (Array.isArray(each)) for (let at = each.length - 1; at >= 0; at -= 1) rest.push(each[at] as JsonValue);
    else if (typeof each === 'object' && each !== null)
      for (const [name, part] of Object.entries(each).toReversed()) rest.push(part, name);
  }
  return texts;
}
