// The URL of a request. INVARIANT: a secret is never part of what says where the request goes.
import type { ScriptText } from '@castellan/contract';
import { Dict, Float, type Meter, toText, type Value } from '@castellan/starlark';
import { entriesOf } from '../json-with-secrets.ts';
import { joinTexts, scriptTextOf } from '../secret-text.ts';

/** Up to the first character after the host. */
const ORIGIN = /^https?:\/\/[^/?#\\]+[/?#]/i;

/** @param params what is added to the query, escaped */
export function urlOf(thread: Meter, name: string, url: Value, params: Value): ScriptText {
  const wrong = `${name}: for parameter url: want string or secret`;
  const text = scriptTextOf(url, 'text') ?? thread.fail(wrong);
  const [first, second] = text;
  if (typeof first !== 'string' || !/^https?:\/\//i.test(first))
    return thread.fail(`${name}: a URL begins with http:// or https:// and the name of a host`);
  if (second !== undefined && !ORIGIN.test(first)) return thread.fail(`${name}: a secret cannot be part of the host`);
  if (params === null) return text;
  if (!(params instanceof Dict)) return thread.fail(`${name}: for parameter params: want a dict`);
  if (text.some((part) => typeof part === 'string' && part.includes('#')))
    return thread.fail(`${name}: a URL with a fragment cannot have params`);
  const hasQuery = text.some((part) => typeof part === 'string' && part.includes('?'));
  // `https://example.org` has no path yet, and a secret must not stand right behind the host.
  const path = hasQuery || ORIGIN.test(first) ? '' : '/';
  const queries = entriesOf(params, thread).flatMap(([key, value], at) => {
    if (typeof key !== 'string') return thread.fail(`${name}: for parameter params: a name is no string`);
    const before = at > 0 || hasQuery ? '&' : '?';
    return [[`${before}${escaped(thread, key)}=`], parameter(thread, name, value)];
  });
  const result = joinTexts([text, [path], ...queries]);
  return result.length > 256 ? thread.fail(`${name}: too many secrets in one URL`) : result;
}

function parameter(thread: Meter, name: string, value: Value): ScriptText {
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || value instanceof Float;
  const text = scriptTextOf(isNumber ? toText(value, thread) : value, 'url');
  if (text === undefined) return thread.fail(`${name}: for parameter params: want strings, numbers or secrets`);
  return text.map((part) => (typeof part === 'string' ? escaped(thread, part) : part));
}

function escaped(thread: Meter, text: string): string {
  thread.allocate(32 + 18 * text.length);
  return encodeURIComponent(text);
}
