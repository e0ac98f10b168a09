// A text in which names stand for values of secrets. A program makes longer ones of it and hands them to host calls; nothing else can be
// done with it. INVARIANT: no value of a secret is in this process, so that no bug of the interpreter can give one away.
import type { ScriptText, SecretForm } from '@castellan/contract';
import { COST, type Extension, type ExtensionType, type Meter, type Value } from '@castellan/starlark';

type Part = string | { readonly secret: string };

const MAX_PARTS = 256;
const PART_COST = 128;

export class SecretText implements Extension {
  readonly extension: ExtensionType = SECRET_TEXT;
  readonly parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }
}

const SECRET_TEXT: ExtensionType = {
  name: 'secret',
  text(self, writer) {
    for (const part of (self as SecretText).parts)
      writer.put(typeof part === 'string' ? part : `[REDACTED:${part.secret}]`);
  },
  joined(parts, thread) {
    const all = parts.flatMap((part): readonly Part[] => {
      if (typeof part === 'string') return [part];
      return part instanceof SecretText ? part.parts : thread.fail('a secret cannot be joined with this');
    });
    thread.step(all.length);
    if (all.length > 2 * MAX_PARTS) thread.fail('a text with secrets has too many parts');
    return new SecretText(merged(all, thread));
  },
};

/** Neighbouring plain parts as one. */
function merged(parts: readonly Part[], thread: Meter): readonly Part[] {
  const result: Part[] = [];
  thread.allocate(COST.list + PART_COST * parts.length);
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === 'string' && typeof last === 'string') {
      thread.allocate(COST.string + COST.unit * (last.length + part.length));
      result[result.length - 1] = last + part;
    } else result.push(part);
  }
  if (result.length > MAX_PARTS) thread.fail('a text with secrets has too many parts');
  return result;
}

/** A string or a text with secrets as the host takes it; `undefined`: it is neither. */
export function scriptTextOf(value: Value | undefined, form: SecretForm): ScriptText | undefined {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!(value instanceof SecretText)) return undefined;
  return value.parts.map((part) => (typeof part === 'string' ? part : { secret: part.secret, as: form }));
}

/** Neighbouring plain parts as one, of a text that is put together here. */
export function joinTexts(texts: readonly ScriptText[]): ScriptText {
  const result: ScriptText[number][] = [];
  let plain = '';
  for (const part of texts.flat()) {
    if (typeof part === 'string') plain += part;
    else {
      if (plain !== '') result.push(plain);
      plain = '';
      result.push(part);
    }
  }
  if (plain !== '') result.push(plain);
  return result;
}
