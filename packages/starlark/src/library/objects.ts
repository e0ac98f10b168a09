// Built-ins that look at a value's attributes, and the two that say something: dir fail getattr hasattr print.

import { attributeNames, getAttribute } from '../eval/attribute.ts';
import { Bytes } from '../values/bytes.ts';
import { extensionOf } from '../values/extension.ts';
import type { Named, Run } from '../values/function.ts';
import { typeName } from '../values/inspect.ts';
import { List } from '../values/list.ts';
import type { Meter, Value } from '../values/value.ts';
import { TextBuilder } from './builder.ts';
import { chargeItems } from './collect.ts';
import { unpack, unpackPositional, wantAny, wantString } from './unpack.ts';
import { decodeUtf8 } from './utf8.ts';

const ATTRIBUTE = [wantAny, wantString, wantAny];
const SEPARATOR = [{ name: 'sep', want: wantString, optional: true }];

export const dir: Run = (thread, _self, positional, named) => {
  if (named.length > 0) return thread.fail('dir does not accept keyword arguments');
  if (positional.length !== 1) return thread.fail(`dir: got ${positional.length} arguments, want 1`);
  const names = attributeNames(positional[0] as Value);
  chargeItems(thread, names.length);
  return new List([...names]);
};

export const getattr: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'getattr', positional, named, 2, ATTRIBUTE);
  const [value, name, otherwise] = positional as readonly [Value, string, Value | undefined];
  const found = getAttribute(value, name, thread);
  if (found !== undefined) return found;
  if (otherwise !== undefined) return otherwise;
  const extension = extensionOf(value);
  const missing = extension?.extension.missing?.(extension, name);
  return thread.fail(`getattr: ${missing ?? `${typeName(value)} has no .${name} field or method`}`);
};

export const hasattr: Run = (thread, _self, positional, named) => {
  unpackPositional(thread, 'hasattr', positional, named, 2, ATTRIBUTE.slice(0, 2));
  const [value, name] = positional as readonly [Value, string];
  return getAttribute(value, name, thread) !== undefined;
};

export const fail: Run = (thread, _self, positional, named) =>
  thread.fail(`fail: ${spoken(thread, 'fail', positional, named, false)}`);

export const print: Run = (thread, _self, positional, named) => {
  thread.print(spoken(thread, 'print', positional, named, true));
  return null;
};

function spoken(thread: Meter, name: string, positional: readonly Value[], named: Named, rawBytes: boolean): string {
  const [separator] = unpack(thread, name, [], named, SEPARATOR);
  const text = new TextBuilder(thread);
  for (const [i, value] of positional.entries()) {
    if (i > 0) text.add((separator ?? ' ') as string);
    if (rawBytes && value instanceof Bytes) text.add(decodeUtf8(value, thread));
    else text.addText(value);
  }
  return text.text;
}
