// http: requests that the host makes. What may be reached is the host's to say; here a request is put together, of strings and of texts with
// secrets.
import type { HttpHostCall, ScriptText } from '@castellan/contract';
import {
  Bytes,
  COST,
  Float,
  List,
  type Meter,
  type Module,
  moduleOf,
  type NamedParameter,
  type Run,
  Tuple,
  unpack,
  type Value,
  wantAny,
  wantNumber,
  wantString,
} from '@castellan/starlark';
import type { Exchange } from '../exchange.ts';
import { jsonWithSecrets } from '../json-with-secrets.ts';
import { scriptTextOf } from '../secret-text.ts';
import { headersOf } from './http-headers.ts';
import { responseOf } from './http-response.ts';
import { urlOf } from './http-url.ts';

const optional = (name: string, want = wantAny): NamedParameter => ({ name, want, optional: true });
const URL_PARAMETER: NamedParameter = { name: 'url', want: wantAny };
const REST = [optional('params'), optional('auth'), optional('timeout')];

/** By name in the order of the parameters: they may be given by position. */
const PARAMETERS: Readonly<Record<'get' | 'post' | 'request', readonly NamedParameter[]>> = {
  get: [URL_PARAMETER, optional('headers'), ...REST],
  post: [URL_PARAMETER, optional('body'), optional('headers'), optional('json'), ...REST],
  request: [
    { name: 'method', want: wantString },
    URL_PARAMETER,
    optional('headers'),
    optional('body'),
    optional('json'),
    ...REST,
  ],
};

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const STANDARD_TIMEOUT_SECONDS = 10;
const MAX_TIMEOUT_SECONDS = 300;

export function httpModule(exchange: Exchange): Module {
  const request = (short: keyof typeof PARAMETERS): readonly [string, Run] => {
    const name = `http.${short}`;
    const parameters = PARAMETERS[short];
    return [
      short,
      (thread, _self, positional, named) => {
        exchange.requireReach(thread, name);
        const values = unpack(thread, name, positional, named, parameters);
        const given = new Map(parameters.map((each, at) => [each.name, values[at] ?? null]));
        const of = (parameter: string): Value => given.get(parameter) ?? null;
        const method = short === 'request' ? String(of('method')).toUpperCase() : short.toUpperCase();
        if (!METHODS.includes(method)) return thread.fail(`${name}: want one of the methods ${METHODS.join(', ')}`);
        const call: HttpHostCall = {
          kind: 'http',
          method: method as HttpHostCall['method'],
          url: urlOf(thread, name, of('url'), of('params')),
          headers: headersOf(thread, name, of('headers')),
          body: bodyOf(thread, name, of('body'), of('json')),
          auth: authOf(thread, name, of('auth')),
          timeoutMs: timeoutOf(thread, name, of('timeout')),
        };
        return responseOf(thread, exchange.ask(thread, call));
      },
    ];
  };
  return moduleOf('http', [request('get'), request('post'), request('request')], [], 'http.');
}

function bodyOf(thread: Meter, name: string, body: Value, json: Value): HttpHostCall['body'] {
  if (json !== null) {
    if (body !== null) thread.fail(`${name}: want body or json, not both`);
    return { kind: 'json', text: jsonWithSecrets(thread, name, json) };
  }
  if (body === null) return null;
  if (body instanceof Bytes) {
    thread.allocate(COST.string + 2 * body.data.length);
    return { kind: 'bytes', base64: Buffer.from(body.data).toString('base64') };
  }
  return { kind: 'text', text: textOf(thread, body, `${name}: for parameter body: want string, bytes or secret`) };
}

function authOf(thread: Meter, name: string, auth: Value): HttpHostCall['auth'] {
  if (auth === null) return null;
  const wrong = `${name}: for parameter auth: want (user, password)`;
  if (!(auth instanceof Tuple || auth instanceof List) || auth.items.length !== 2) return thread.fail(wrong);
  const [user = null, password = null] = auth.items;
  return { user: textOf(thread, user, wrong), password: textOf(thread, password, wrong) };
}

function textOf(thread: Meter, value: Value, wrong: string): ScriptText {
  return scriptTextOf(value, 'text') ?? thread.fail(wrong);
}

function timeoutOf(thread: Meter, name: string, timeout: Value): number {
  if (timeout === null) return STANDARD_TIMEOUT_SECONDS * 1000;
  const wrong = wantNumber(timeout, thread);
  if (wrong !== undefined) return thread.fail(`${name}: for parameter timeout: ${wrong}`);
  const seconds = timeout instanceof Float ? timeout.value : Number(timeout);
  if (!(seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS))
    return thread.fail(`${name}: for parameter timeout: want more than 0 and at most ${MAX_TIMEOUT_SECONDS} seconds`);
  return Math.max(1, Math.round(seconds * 1000));
}
