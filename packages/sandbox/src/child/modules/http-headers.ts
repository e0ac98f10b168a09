// Headers of a request: a dict of names, with strings or texts with secrets.
import type { HttpHostCall } from '@castellan/contract';
import { Dict, type Meter, type Value } from '@castellan/starlark';
import { entriesOf } from '../json-with-secrets.ts';
import { scriptTextOf } from '../secret-text.ts';

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const MAX_HEADERS = 64;

export function headersOf(thread: Meter, name: string, headers: Value): HttpHostCall['headers'] {
  if (headers === null) return [];
  if (!(headers instanceof Dict)) return thread.fail(`${name}: for parameter headers: want a dict`);
  if (headers.size > MAX_HEADERS) return thread.fail(`${name}: for parameter headers: more than ${MAX_HEADERS}`);
  return entriesOf(headers, thread).map(([key, value]) => {
    if (typeof key !== 'string' || !NAME.test(key))
      return thread.fail(`${name}: for parameter headers: a name of a header is made of letters, digits and \`-\``);
    const text = scriptTextOf(value, 'text') ?? thread.fail(`${name}: for parameter headers: want strings or secrets`);
    // A line break would be the beginning of another header.
    if (text.some((part) => typeof part === 'string' && /[\r\n\0]/.test(part)))
      return thread.fail(`${name}: for parameter headers: a value has a line break`);
    return [key, text];
  });
}
