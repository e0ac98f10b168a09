// A hook file, a socket whose other end says what a test says, and one run of a hook client between them.
import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { tempFolder } from '@castellan/testkit';
import { onTestFinished } from 'vitest';
import { hookFileText } from '../../src/hook-client/hook-file.ts';
import type { Form } from './forms.ts';

export const CREDENTIAL = `castellan_a_abcdef_${'1'.repeat(64)}`;
export const ROUTE = '/v1/hooks/codex';
export const TYPE = 'application/vnd.castellan.hook';
/** No test waits for it; those that do say a shorter one. */
const PATIENCE_S = 100;

export interface Asked {
  readonly head: string;
  readonly body: string;
}
/** What the other end does with a request it has read whole. */
export type Answer = (socket: Socket, asked: Asked) => void;

export const answer = (body: string | Buffer, { status = '200 OK', type = TYPE, more = '' } = {}): Buffer => {
  const bytes = Buffer.from(body);
  const lines = [
    `HTTP/1.1 ${status}`,
    ...(type === '' ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${bytes.length}`,
    'Connection: close',
    ...(more === '' ? [] : [more]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes]);
};
export const said = (digit: number, words: string): string => `${digit} ${Buffer.byteLength(words)}\n${words}`;
export const saying =
  (bytes: Buffer | string): Answer =>
  (socket) =>
    void socket.end(bytes);

function listen(server: Server, socket: string): Promise<void> {
  onTestFinished(() => void server.close());
  return new Promise((resolve) => server.listen(socket, resolve));
}

export interface World {
  readonly folder: string;
  readonly socket: string;
  readonly file: string;
  readonly asked: readonly Asked[];
}

/** A hook file, and who answers at its socket. @param timeoutSeconds what the hook file says. */
export async function world(
  reply: Answer | null,
  { timeoutSeconds = PATIENCE_S, owner = process.getuid?.() ?? 0, connected = (_: Socket): boolean => true } = {},
): Promise<World> {
  const folder = tempFolder();
  const [socket, file] = [join(folder, 'a daemon.sock'), join(folder, 'hook')];
  const hook = hookFileText({ socket, owner, credential: CREDENTIAL, route: ROUTE, timeoutSeconds });
  if (!hook.ok) throw new Error(hook.fault.message);
  writeFileSync(file, hook.value, { mode: 0o600 });
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  onTestFinished(() => {
    for (const each of sockets) each.destroy();
  });
  if (reply === null) return { folder, socket, file, asked };
  const server = createServer({ allowHalfOpen: true }, (at) => {
    sockets.add(at);
    at.on('error', () => at.destroy());
    at.on('end', () => at.end());
    if (!connected(at)) return;
    const chunks: Buffer[] = [];
    let length = 0;
    let head: string | null = null;
    let wanted = Number.POSITIVE_INFINITY;
    at.on('data', (chunk) => {
      chunks.push(chunk);
      length += chunk.length;
      if (head === null) {
        const all = Buffer.concat(chunks);
        const end = all.indexOf('\r\n\r\n');
        if (end < 0) return;
        head = all.toString('utf8', 0, end);
        wanted = end + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
        // As the daemon, which looks at what is announced.
        if (wanted > 17 * 1024 * 1024)
          at.end(answer('{}', { status: '413 Payload Too Large', type: 'application/json' }));
      }
      if (length < wanted || wanted > 17 * 1024 * 1024) return;
      const one = { head, body: Buffer.concat(chunks).toString('utf8', Buffer.byteLength(head) + 4) };
      asked.push(one);
      wanted = Number.POSITIVE_INFINITY;
      reply(at, one);
    });
  });
  await listen(server, socket);
  chmodSync(socket, 0o600);
  return { folder, socket, file, asked };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Call {
  readonly event?: string | Buffer | null;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Runs it under a shell that does this to its streams: `>&-`. */
  readonly streams?: string;
  /** As soon as it runs. */
  readonly started?: (pid: number) => void;
}

export const EVENT = '{"hook_event_name":"PreToolUse","tool_name":"Bash"}';

/** Runs one form of the client. `event: null` leaves its stdin open. */
export async function hook(form: Form, file: string, call: Call = {}): Promise<Ended> {
  const { event = EVENT, flags = [], env = {}, streams } = call;
  const own = [form.file, ...form.args, ...flags, file];
  const [command = '', ...args] = streams === undefined ? own : ['/bin/sh', '-c', `exec "$@" ${streams}`, 'sh', ...own];
  const child = spawn(command, args, {
    stdio: 'pipe',
    env: { PATH: process.env.PATH ?? '', ...env },
    ...(call.cwd !== undefined && { cwd: call.cwd }),
  });
  // Only what hangs ends by this.
  const timer = setTimeout(() => child.kill('SIGKILL'), 90_000);
  child.stdin.on('error', () => undefined);
  if (event !== null) child.stdin.end(event);
  if (child.pid !== undefined) call.started?.(child.pid);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      child.stdin.destroy();
      resolve(code);
    });
  });
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  clearTimeout(timer);
  return { code, stdout, stderr };
}
