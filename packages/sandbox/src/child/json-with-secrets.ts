// A value as JSON text in which secrets may stand, for what goes to the host: bodies and arguments. Keys keep their order.
import type { ScriptText } from '@castellan/contract';
import { Dict, encodeJson, iterate, List, type Meter, Struct, Tuple, type Value } from '@castellan/starlark';
import { joinTexts, SecretText, scriptTextOf } from './secret-text.ts';

/** As deep as a value may be that goes to the host. */
const MAX_DEPTH = 64;

/** @param name of the built-in, for messages */
export function jsonWithSecrets(thread: Meter, name: string, value: Value): ScriptText {
  const texts: ScriptText[] = [];
  write(thread, name, value, 0, texts);
  const joined = joinTexts(texts);
  if (joined.length > 256) thread.fail(`${name}: too many secrets in one value`);
  return joined;
}

function write(thread: Meter, name: string, value: Value, depth: number, texts: ScriptText[]): void {
  if (depth > MAX_DEPTH) thread.fail(`${name}: a value is nested too deeply`);
  thread.allocate(64);
  if (value instanceof SecretText) writeText(thread, name, value, texts);
  else if (value instanceof Dict) writeDict(thread, name, value, depth, texts);
  else if (value instanceof Struct) {
    texts.push(['{']);
    let comma = '';
    for (const [key, item] of value.fields) {
      texts.push([`${comma}${encodeJson(thread, name, key)}:`]);
      write(thread, name, item, depth + 1, texts);
      comma = ',';
    }
    texts.push(['}']);
  } else if (value instanceof List || value instanceof Tuple) {
    texts.push(['[']);
    for (const [at, item] of value.items.entries()) {
      if (at > 0) texts.push([',']);
      write(thread, name, item, depth + 1, texts);
    }
    texts.push([']']);
  } else texts.push([encodeJson(thread, name, value)]);
}

function writeDict(thread: Meter, name: string, dict: Dict, depth: number, texts: ScriptText[]): void {
  texts.push(['{']);
  let comma = '';
  for (const [key, value] of entriesOf(dict, thread)) {
    if (typeof key !== 'string') thread.fail(`${name}: a key of a dict is no string`);
    texts.push([`${comma}${encodeJson(thread, name, key)}:`]);
    write(thread, name, value, depth + 1, texts);
    comma = ',';
  }
  texts.push(['}']);
}

/** The whole text is one JSON string: its plain parts are escaped here, its secrets where they are filled in. */
function writeText(thread: Meter, name: string, text: SecretText, texts: ScriptText[]): void {
  texts.push(['"']);
  for (const part of scriptTextOf(text, 'json') ?? [])
    texts.push([typeof part === 'string' ? encodeJson(thread, name, part).slice(1, -1) : part]);
  texts.push(['"']);
}

export function entriesOf(dict: Dict, thread: Meter): readonly (readonly [Value, Value])[] {
  thread.allocate(64 * dict.size);
  const entries: (readonly [Value, Value])[] = [];
  const cursor = iterate(dict);
  try {
    for (let key = cursor?.next(); key !== undefined; key = cursor?.next()) {
      thread.step(1);
      entries.push([key, dict.get(key, thread) ?? null]);
    }
  } finally {
    cursor?.done();
  }
  return entries;
}
