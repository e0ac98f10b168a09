// One question to a model server in Castellan's own name: a sentence in, a sentence out. The same rules as for agents: the
// cloud by opt-in only, the key towards its declared host only, addresses looked at before they are connected to.
import { text as readText } from 'node:stream/consumers';
import type { ModelApi, ModelsConfig, SecretName } from '@castellan/contract';
import { keyHeader } from './api.ts';
import type { KeyAnswer } from './broker.ts';
import { codeOf, connectionFailure, createConnector, type Wire } from './connect.ts';
import type { Headers } from './headers.ts';
import { cloudHost, fillIn, optInFailure, secretsIn, type Target, targetOf } from './upstream.ts';

/** What asking is handed. */
export interface AskerHost {
  settings(): { readonly models: ModelsConfig; readonly cloud: readonly string[] };
  key(secret: SecretName, use: { readonly host: string }): Promise<KeyAnswer>;
  readonly wire?: Wire;
}

export interface Asking {
  readonly upstream: string;
  readonly model: string;
  /** What it is to do. */
  readonly system: string;
  /** What it is to do it with. */
  readonly prompt: string;
  readonly maxTokens: number;
  /** Gives up; the connection is ended. */
  readonly signal: AbortSignal;
}

export type Answered =
  | { readonly kind: 'text'; readonly text: string }
  /** One line. */
  | { readonly kind: 'failed'; readonly why: string };

/** Asks model servers. Disposing ends its connections. */
export interface Asker extends Disposable {
  ask(asking: Asking): Promise<Answered>;
}

/** Longer answers are none to a question for one sentence. */
const MOST_BYTES = 262_144;
const ANTHROPIC_VERSION = '2023-06-01';

const failed = (why: string): Answered => ({ kind: 'failed', why });

const pathFor = ({ base }: Target, api: ModelApi): string =>
  `${base}/v1/${api === 'anthropic' ? 'messages' : 'chat/completions'}`;

function bodyFor(api: ModelApi, { model, system, prompt, maxTokens }: Asking): string {
  if (api === 'anthropic')
    return JSON.stringify({ model, system, max_tokens: maxTokens, messages: [{ role: 'user', content: prompt }] });
  const messages = [
    { role: 'system', content: system },
    { role: 'user', content: prompt },
  ];
  return JSON.stringify({ model, max_tokens: maxTokens, temperature: 0, stream: false, messages });
}

const member = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (found, name) =>
      typeof found === 'object' && found !== null ? (found as Readonly<Record<string | number, unknown>>)[name] : null,
    value,
  );

function textOf(api: ModelApi, body: string): Answered {
  try {
    const answer: unknown = JSON.parse(body);
    const said =
      api === 'anthropic' ? member(answer, 'content', 0, 'text') : member(answer, 'choices', 0, 'message', 'content');
    return typeof said === 'string' && said.trim() !== '' ? { kind: 'text', text: said } : failed('it said nothing');
  } catch {
    return failed('its answer cannot be read');
  }
}

/** `host` gives it settings and keys; it has none of its own. */
export function createAsker(host: AskerHost): Asker {
  const connector = createConnector(host.wire);

  async function headersFor(target: Target, api: ModelApi, length: number): Promise<Headers | string> {
    const named = Object.values(target.headers).flatMap(secretsIn);
    const keys = new Map<SecretName, string>();
    for (const name of new Set(target.secret === null ? named : [...named, target.secret])) {
      const given = await host.key(name, { host: target.host });
      if (given.kind === 'no-key') return given.why;
      keys.set(name, given.value);
    }
    const own = Object.entries(target.headers).map(
      ([name, value]) => [name.toLowerCase(), fillIn(value, keys)] as const,
    );
    const key = target.secret === null ? [] : [keyHeader(api, keys.get(target.secret) ?? '')];
    return {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'content-length': String(length),
      ...(api === 'anthropic' && { 'anthropic-version': ANTHROPIC_VERSION }),
      ...Object.fromEntries([...own, ...key]),
    };
  }

  async function send(target: Target, api: ModelApi, body: string, headers: Headers, signal: AbortSignal) {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const request = connector.send(target, 'POST', pathFor(target, api), headers);
    // Said before it is broken off: a request that is over already tells nobody, and an answer that is too long may have
    // been read to its end by then.
    const giveUp = (why: string): void => {
      reject(new Error(why));
      request.destroy();
    };
    const stop = (): void => giveUp('it took too long');
    signal.addEventListener('abort', stop, { once: true });
    // Each of them: a second error without a listener would end the daemon.
    request.on('error', reject);
    // Without a listener Node ends the connection, and neither an answer nor an error comes: the question would stand for ever.
    request.once('upgrade', (_answer, socket) => {
      socket.destroy();
      giveUp('it wants to speak something else');
    });
    request.once('response', (answer) => {
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_BYTES) giveUp('its answer is too long');
      });
      readText(answer).then((said) => {
        const { statusCode = 0 } = answer;
        if (statusCode === 200) resolve(said);
        else reject(new Error(`it answered ${statusCode}`));
      }, reject);
    });
    request.end(body);
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  return {
    async ask(asking) {
      const { models, cloud } = host.settings();
      const target = targetOf(models, asking.upstream);
      if (target.kind === 'failure') return failed(target.message);
      const leaves = cloudHost(target, asking.model);
      const closed = leaves === null ? null : optInFailure(target, leaves, cloud);
      if (closed !== null) return failed(closed.message);
      const api: ModelApi = target.apis.includes('openai') ? 'openai' : 'anthropic';
      const body = bodyFor(api, asking);
      const headers = await headersFor(target, api, Buffer.byteLength(body));
      if (typeof headers === 'string') return failed(headers);
      if (asking.signal.aborted) return failed('it took too long');
      try {
        return textOf(api, await send(target, api, body, headers, asking.signal));
      } catch (error) {
        if (codeOf(error) !== 'unknown') return failed(connectionFailure(target, error).message);
        return failed(error instanceof Error ? error.message : 'it cannot be asked');
      }
    },
    [Symbol.dispose]: () => connector[Symbol.dispose](),
  };
}
