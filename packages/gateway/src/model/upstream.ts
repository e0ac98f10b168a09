// From what the user configured to where a request goes. Everything that can be wrong with it is told by the name of its
// field, before a byte is sent.
import type { Fault, ModelApi, ModelsConfig, SecretName, Upstream } from '@castellan/contract';
import { type Failure, failure } from './failure.ts';
import { hostPlace, inHosts, type Place } from './place.ts';

export interface Target {
  readonly kind: 'target';
  readonly name: string;
  readonly apis: readonly ModelApi[];
  readonly url: URL;
  /** Before the API's own path: without a slash at its end and without `/v1`. */
  readonly base: string;
  /** `api.example.org`, with the port where it is not the scheme's own. */
  readonly host: string;
  readonly place: Place;
  readonly secret: SecretName | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly stallMs: number;
}

interface Known {
  readonly url: string;
  readonly apis: readonly ModelApi[];
}

const OPENAI: readonly ModelApi[] = ['openai'];
const BOTH: readonly ModelApi[] = ['openai', 'anthropic'];

/** Local servers at the port each has by default. Ollama and LM Studio document that they answer `v1/messages` as well. */
export const LOCAL_SERVERS: Readonly<Record<string, Known>> = {
  lmx: { url: 'http://127.0.0.1:1234', apis: OPENAI },
  ollama: { url: 'http://127.0.0.1:11434', apis: BOTH },
  'lm-studio': { url: 'http://127.0.0.1:1234', apis: BOTH },
  vllm: { url: 'http://127.0.0.1:8000', apis: OPENAI },
};
const LOCAL_STALL_SECONDS = 300;

/** What the broker itself says in a request: a configured header could only contradict it. */
const RESERVED =
  /^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|content-type|content-encoding|accept-encoding|cookie)$/i;
const PLACEHOLDER = /\$\{secret:([A-Za-z_][A-Za-z0-9_.-]{0,63})\}/g;
const HEADER_TEXT = /^[\t\x20-\x7e]*$/;

const faultOf = (path: string, message: string, hint: string): Fault => ({ path, message, hint });

function urlFaults(path: string, text: string): readonly Fault[] {
  const url = URL.canParse(text) ? new URL(text) : null;
  const bad = (message: string, hint = 'write it as `https://api.example.org`'): readonly Fault[] => [
    faultOf(path, message, hint),
  ];
  // The text itself is not shown: it may hold a password.
  if (url === null) return bad('is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return bad('is neither `http` nor `https`');
  if (url.username !== '' || url.password !== '')
    return bad('holds credentials', 'keep the key with `castellan secrets add` and name it in `secret`');
  if (text.includes('?')) return bad('has a query', 'leave it out');
  if (text.includes('#')) return bad('has a fragment', 'leave it out');
  const place = hostPlace(url.hostname);
  if (place === 'metadata') return bad('is the metadata service of a cloud machine', 'name a model server');
  if (place === 'cloud' && url.protocol === 'http:')
    return bad(
      `would send your key and your work to \`${url.hostname}\` unencrypted`,
      'write `https`; only this machine and the local network may be spoken to over `http`',
    );
  return [];
}

function headerFaults(path: string, { headers, secret, api }: Upstream): readonly Fault[] {
  const said = new Set<string>();
  return Object.entries(headers).flatMap(([name, value]) => {
    const at = `${path}.headers.${name}`;
    const lower = name.toLowerCase();
    const twice = said.has(lower);
    said.add(lower);
    if (twice) return [faultOf(at, 'stands there twice', 'leave one out')];
    if (RESERVED.test(name)) return [faultOf(at, 'is set by the broker', 'leave it out')];
    if (secret !== undefined && lower === (api === 'anthropic' ? 'x-api-key' : 'authorization'))
      return [faultOf(at, 'is where the key of `secret` stands', 'leave out one of the two')];
    if (value.replaceAll(PLACEHOLDER, '').includes('${') || !HEADER_TEXT.test(value))
      return [faultOf(at, 'cannot be written in a header', 'plain text, and `${' + 'secret:NAME}` for a secret')];
    return [];
  });
}

/** Everything that is wrong with the configured servers, by field. */
export const modelFaults = ({ upstreams }: ModelsConfig): readonly Fault[] =>
  Object.entries(upstreams).flatMap(([name, upstream]) => {
    const path = `models.upstreams.${name}`;
    return [...urlFaults(`${path}.url`, upstream.url), ...headerFaults(path, upstream)];
  });

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

export function targetOf(models: ModelsConfig, name: string): Target | Failure {
  const said = own(models.upstreams, name);
  const known = own(LOCAL_SERVERS, name);
  if (said === undefined && known === undefined) {
    const names = [...new Set([...Object.keys(models.upstreams), ...Object.keys(LOCAL_SERVERS)])].join(', ');
    // Not 404: clients take that for a model that is missing and show words of their own.
    return failure(
      400,
      `no model server is called \`${name.slice(0, 40)}\``,
      `there are ${names}; more are named in \`models.upstreams\` of config.yaml`,
    );
  }
  const [fault] = said === undefined ? [] : modelFaults({ upstreams: { [name]: said } });
  if (fault !== undefined) return failure(502, `\`${fault.path}\` ${fault.message}`, fault.hint);
  const url = new URL(said?.url ?? known?.url ?? '');
  return {
    kind: 'target',
    name,
    apis: said === undefined ? (known?.apis ?? OPENAI) : [said.api],
    url,
    base: url.pathname.replace(/\/+$/, '').replace(/\/v1$/, ''),
    host: url.host,
    place: hostPlace(url.hostname),
    secret: said?.secret ?? null,
    headers: said?.headers ?? {},
    stallMs: (said?.stallSeconds ?? LOCAL_STALL_SECONDS) * 1000,
  };
}

/** Ollama runs models of this kind on its own servers, whatever the address it is asked at. */
const OLLAMA_CLOUD = /[:-]cloud$/i;

/** Whether a request leaves this machine and its network, and by which host (G-S04). */
export function cloudHost({ place, url }: Target, model: string | undefined): string | null {
  if (place !== 'local') return url.hostname;
  return model !== undefined && OLLAMA_CLOUD.test(model) ? 'ollama.com' : null;
}

/** Opting in is naming the host; nothing else is, and nothing is used instead. */
export function optInFailure(target: Target, host: string, services: readonly string[]): Failure | null {
  if (inHosts(host, services)) return null;
  const what = host === target.url.hostname ? `\`${target.name}\`` : `this model of \`${target.name}\``;
  return failure(
    403,
    `${what} is in the cloud (${host}) and you have not opted in to it`,
    `to opt in, add \`${host}\` to \`cloud.services\` in config.yaml`,
  );
}

/** The names of the secrets a value asks for, in order. */
export const secretsIn = (value: string): readonly SecretName[] =>
  [...value.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');

export const fillIn = (value: string, secrets: ReadonlyMap<SecretName, string>): string =>
  value.replaceAll(PLACEHOLDER, (_, name: string) => secrets.get(name) ?? '');
