// The broker behind a real HTTP server, handed a real redactor and plain functions that write down what they were asked.
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type AgentId, modelsSchema, type SecretName } from '@castellan/contract';
import { type BrokerHost, type Budgeted, createBroker, type ModelRecord } from '@castellan/gateway';
import { createRedactor } from '@castellan/secrets';

export const KEY = 'sk-real-7f3a9c2e51d84b06a7c9';
export const PLACEHOLDER = `castellan_m_0123456789_${'ab'.repeat(32)}`;
const AGENT: AgentId = 'agent_0123456789';

export interface HarnessOptions {
  readonly upstreams?: Readonly<Record<string, unknown>>;
  readonly cloud?: readonly string[];
  readonly frozen?: () => boolean;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly canaries?: readonly string[];
  readonly budget?: (session: string | null) => Budgeted;
  readonly wire?: NonNullable<BrokerHost['wire']>;
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Harness extends AsyncDisposable {
  readonly port: number;
  readonly records: readonly ModelRecord[];
  readonly spent: readonly number[];
  /** Requests for nothing there is: what, and why not. */
  readonly refused: readonly string[];
  readonly keysAsked: readonly string[];
  readonly touched: readonly string[];
  readonly sessions: readonly (string | null)[];
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Got>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Got>;
}

export async function harness(options: HarnessOptions = {}): Promise<Harness> {
  const secrets = options.secrets ?? { MODEL_KEY: KEY };
  const redactor = createRedactor([
    ...Object.entries(secrets).map(([name, value]) => ({ name, value })),
    { name: 'castellan-model-key', value: PLACEHOLDER },
  ]);
  const records: ModelRecord[] = [];
  const spent: number[] = [];
  const refused: string[] = [];
  const keysAsked: string[] = [];
  const touched: string[] = [];
  const sessions: (string | null)[] = [];
  const models = modelsSchema.parse({ upstreams: options.upstreams ?? {} });
  const broker = createBroker({
    clock: {
      now: () => Date.now(),
      monotonic: () => performance.now(),
      after(ms, action) {
        const timer = setTimeout(action, ms);
        return () => clearTimeout(timer);
      },
    },
    settings: () => ({ models, cloud: options.cloud ?? [] }),
    budget: async (_agent, session) => {
      sessions.push(session);
      return options.budget?.(session) ?? { kind: 'may', session: 'session_0123456789', task: 'task_0123456789' };
    },
    async key(name: SecretName, { host }) {
      keysAsked.push(`${name} ${host}`);
      const value = secrets[name];
      return value === undefined
        ? { kind: 'no-key', why: `there is no secret \`${name}\``, hint: `\`castellan secrets add ${name}\`` }
        : { kind: 'key', value };
    },
    redact(value) {
      const before = JSON.stringify(value);
      const clean = redactor.json(value);
      const count = JSON.stringify(clean).split('[REDACTED:').length - before.split('[REDACTED:').length;
      const canaries = redactor.mentions(before).filter((name) => options.canaries?.includes(name) === true);
      return { value: clean, count, canaries };
    },
    redactAnswer: (bytes) => redactor.bytes(bytes),
    canary: async (name) => void touched.push(name),
    frozen: () => options.frozen?.() === true,
    spent: (_session, tokens) => void spent.push(tokens),
    record: (record) => void records.push(record),
    refused: (_agent, what, why) => void refused.push(`${what}: ${why}`),
    ...(options.wire !== undefined && { wire: options.wire }),
  });
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const [, name = '', rest = ''] = /^\/model\/([^/]*)\/(.*)$/.exec(request.url ?? '') ?? [];
    const headers = request.headers as Readonly<Record<string, string | undefined>>;
    const method = request.method === 'GET' ? 'GET' : 'POST';
    const body = Buffer.concat(parts);
    await broker.serve({
      agent: AGENT,
      method,
      upstream: name,
      rest,
      headers,
      body,
      placeholder: PLACEHOLDER,
      out: response,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ask = (method: string, path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Got> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({
        port,
        method,
        path,
        agent: false,
        headers: { 'x-api-key': PLACEHOLDER, ...headers },
      });
      request.once('error', reject);
      request.once('response', (answer) => {
        const done = (whole: string): void =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: whole });
        text(answer).then(done, reject);
      });
      request.end(
        body === undefined
          ? undefined
          : typeof body === 'string' || body instanceof Uint8Array
            ? body
            : JSON.stringify(body),
      );
    });
  return {
    port,
    records,
    spent,
    keysAsked,
    refused,
    touched,
    sessions,
    post: (path, body, headers = {}) => ask('POST', path, body, headers),
    get: (path, headers = {}) => ask('GET', path, undefined, headers),
    [Symbol.asyncDispose]: async () => {
      broker[Symbol.dispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
