// MCP clients that cost next to nothing, so that what is measured is the server or whatever stands before it: JSON lines to a
// process, POSTs to an address, POSTs with answers on an event stream (HTTP+SSE of 2024-11-05, which mcp-hub speaks).
import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, get, type IncomingMessage, request } from 'node:http';

export interface BenchClient extends AsyncDisposable {
  /** @returns the result. @throws on an error or a refusal */
  send(method: string, params: unknown): Promise<Result>;
}

export interface Result {
  readonly isError?: boolean;
  readonly [member: string]: unknown;
}

interface Answer {
  readonly id?: number | string;
  readonly result?: Result;
  readonly error?: { readonly message: string };
}

class Waiting {
  readonly #waiting = new Map<number, PromiseWithResolvers<Result>>();
  #next = 1;

  ask(send: (id: number) => void): Promise<Result> {
    const id = this.#next++;
    const asked = Promise.withResolvers<Result>();
    this.#waiting.set(id, asked);
    send(id);
    return asked.promise;
  }

  answered({ id, result, error }: Answer): void {
    const asked = this.#waiting.get(Number(id));
    if (asked === undefined) return;
    this.#waiting.delete(Number(id));
    if (result !== undefined) asked.resolve(result);
    else asked.reject(new Error(error?.message ?? 'no answer'));
  }

  failed(error: Error): void {
    for (const asked of this.#waiting.values()) asked.reject(error);
    this.#waiting.clear();
  }
}

/** Whole lines of what came in pieces. */
function lines(take: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) if (line.trim() !== '') take(line);
  };
}

const HELLO = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'bench', version: '1.0.0' },
} as const;

export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 3000);
  await ended;
  clearTimeout(hard);
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export async function lineClient({ command, args, env }: Program): Promise<BenchClient> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting = new Waiting();
  child.stdout.setEncoding('utf8').on(
    'data',
    lines((line) => line.startsWith('{') && waiting.answered(JSON.parse(line) as Answer)),
  );
  child.once('exit', (code) => waiting.failed(new Error(`\`${command}\` ended with ${code}`)));
  child.stdin.on('error', () => undefined);
  const put = (message: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  const send = (method: string, params: unknown): Promise<Result> => waiting.ask((id) => put({ id, method, params }));
  await send('initialize', HELLO);
  put({ method: 'notifications/initialized' });
  return { send, [Symbol.asyncDispose]: () => endOf(child) };
}

const ACCEPT = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };

/** The body of an answer: JSON, or the one message of an event stream that has an id. */
function answerIn(type: string, text: string): Answer | null {
  if (!type.startsWith('text/event-stream')) return text === '' ? null : (JSON.parse(text) as Answer);
  for (const line of text.split('\n'))
    if (line.startsWith('data: {')) {
      const message = JSON.parse(line.slice(6)) as Answer;
      if (message.id !== undefined && !('method' in message)) return message;
    }
  return null;
}

export async function httpClient(
  url: string,
  more: Readonly<Record<string, string>> = {},
  sockets = 64,
): Promise<BenchClient> {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  let headers: Record<string, string> = { ...ACCEPT, ...more };
  let next = 1;
  const post = (message: object): Promise<{ answer: Answer | null; response: IncomingMessage }> => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    const done = Promise.withResolvers<{ answer: Answer | null; response: IncomingMessage }>();
    const asked = request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => {
          if ((response.statusCode ?? 500) >= 300) done.reject(new Error(`${response.statusCode} ${text}`));
          else done.resolve({ answer: answerIn(response.headers['content-type'] ?? '', text), response });
        });
        response.once('error', done.reject);
      },
    );
    asked.once('error', done.reject);
    asked.end(body);
    return done.promise;
  };
  const send = async (method: string, params: unknown): Promise<Result> => {
    const { answer } = await post({ id: next++, method, params });
    if (answer?.result === undefined) throw new Error(answer?.error?.message ?? 'no answer');
    return answer.result;
  };
  const { response } = await post({ id: next++, method: 'initialize', params: HELLO });
  const session = response.headers['mcp-session-id'];
  headers = {
    ...headers,
    'mcp-protocol-version': HELLO.protocolVersion,
    ...(typeof session === 'string' && { 'mcp-session-id': session }),
  };
  await post({ method: 'notifications/initialized' });
  return {
    send,
    async [Symbol.asyncDispose]() {
      agent.destroy();
    },
  };
}

/** HTTP+SSE: answers come on one stream, requests go to the address that its first event names. */
export async function sseClient(url: string): Promise<BenchClient> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const waiting = new Waiting();
  const place = Promise.withResolvers<string>();
  let event = '';
  const stream = get(url, { headers: { accept: 'text/event-stream' } }, (response) => {
    response.setEncoding('utf8').on(
      'data',
      lines((line) => {
        if (line.startsWith('event: ')) event = line.slice(7).trim();
        if (!line.startsWith('data: ')) return;
        if (event === 'endpoint') place.resolve(new URL(line.slice(6).trim(), url).href);
        else waiting.answered(JSON.parse(line.slice(6)) as Answer);
      }),
    );
  });
  stream.once('error', (error) => {
    place.reject(error);
    waiting.failed(error);
  });
  const to = await place.promise;
  const put = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(to, { method: 'POST', agent, headers }, (response) => response.resume());
    asked.once('error', (error) => waiting.failed(error));
    asked.end(body);
  };
  const send = (method: string, params: unknown): Promise<Result> => waiting.ask((id) => put({ id, method, params }));
  await send('initialize', { ...HELLO, protocolVersion: '2024-11-05' });
  put({ method: 'notifications/initialized' });
  return {
    send,
    async [Symbol.asyncDispose]() {
      stream.destroy();
      agent.destroy();
    },
  };
}
