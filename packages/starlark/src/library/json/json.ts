// The module `json`: encode, encode_indent, decode, indent.
import type { Named, Run } from '../../values/function.ts';
import type { Meter, Value } from '../../values/value.ts';
import { type Module, moduleOf } from '../module.ts';
import { countArguments, unpack, unpackPositional, wantAny, wantString } from '../unpack.ts';
import { decodeJson } from './decode.ts';
import { encodeJson } from './encode.ts';
import { indentJson } from './indent.ts';

const INDENT = [
  { name: 'prefix', want: wantString, optional: true },
  { name: 'indent', want: wantString, optional: true },
];
const DECODE = [
  { name: 'x', want: wantString },
  { name: 'default', want: wantAny, optional: true },
];

const encode: Run = (thread, _self, positional, named) => {
  countArguments(thread, 'json.encode', positional, named, 1, 1);
  return encodeJson(thread, 'json.encode', positional[0] as Value);
};

function indented(thread: Meter, name: string, named: Named, source: () => string): string {
  const [prefix, unit] = unpack(thread, name, [], named, INDENT);
  const result = indentJson(thread, source(), (prefix ?? '') as string, (unit ?? '\t') as string);
  return result.ok ? result.text : thread.fail(`${name}: ${result.message}`);
}

const encodeIndent: Run = (thread, _self, positional, named) =>
  indented(thread, 'json.encode_indent', named, () => {
    countArguments(thread, 'json.encode_indent', positional, [], 1, 1);
    return encodeJson(thread, 'json.encode_indent', positional[0] as Value);
  });

const indent: Run = (thread, _self, positional, named) =>
  indented(thread, 'json.indent', named, () => {
    unpackPositional(thread, 'json.indent', positional, [], 1, [wantString]);
    return positional[0] as string;
  });

const decode: Run = (thread, _self, positional, named) => {
  const [text, otherwise] = unpack(thread, 'json.decode', positional, named, DECODE);
  if (positional.length < 1) return thread.fail('json.decode: unexpected keyword argument x');
  const result = decodeJson(thread, text as string);
  if (result.ok) return result.value;
  return otherwise === undefined ? thread.fail(`json.decode: ${result.message}`) : otherwise;
};

/** The module `json`, for hosts that give it to programs. */
export const json: Module = moduleOf(
  'json',
  [
    ['encode', encode],
    ['encode_indent', encodeIndent],
    ['decode', decode],
    ['indent', indent],
  ],
  [],
  'json.',
);
