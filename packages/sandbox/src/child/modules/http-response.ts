// What came back, as a program has it: struct(status, headers, body, url, json).
import type { HostReply } from '@castellan/contract';
import {
  Builtin,
  Bytes,
  COST,
  Dict,
  decodeJson,
  type Meter,
  type Run,
  structOf,
  type Value,
} from '@castellan/starlark';

export function responseOf(thread: Meter, reply: HostReply): Value {
  if (reply.kind !== 'http') return thread.fail('http: the host answered with something else');
  const headers = new Dict();
  thread.allocate(COST.dict);
  for (const [name, value] of Object.entries(reply.headers)) {
    thread.allocate(2 * COST.string + COST.unit * (name.length + value.length));
    headers.set(name.toWellFormed(), value.toWellFormed(), thread);
  }
  const body = bodyOf(thread, reply.body);
  const json: Run = (inner, _self, positional, named) => {
    if (positional.length > 0 || named.length > 0) return inner.fail('json: unexpected arguments');
    if (typeof body !== 'string') return inner.fail('json: the body is not text');
    const decoded = decodeJson(inner, body);
    return decoded.ok ? decoded.value : inner.fail(`json: the body is not JSON: ${decoded.message}`);
  };
  const members: (readonly [string, Value])[] = [
    ['status', reply.status],
    ['headers', headers],
    ['body', body],
    ['url', reply.url.toWellFormed()],
    ['json', new Builtin('json', json)],
  ];
  return structOf('response', members, thread);
}

function bodyOf(thread: Meter, body: string | { readonly base64: string }): string | Bytes {
  if (typeof body === 'string') {
    thread.allocate(COST.string + COST.unit * body.length);
    return body.toWellFormed();
  }
  thread.allocate(COST.bytes + body.base64.length);
  return new Bytes(new Uint8Array(Buffer.from(body.base64, 'base64')));
}
