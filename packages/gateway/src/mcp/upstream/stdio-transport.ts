// The SDK's transport over a process of ours: one JSON-RPC message a line. INVARIANT: a server that writes too much, too
// fast or no JSON-RPC is not read further; what it costs is bounded here, before anything is parsed or kept.
import { isUtf8 } from 'node:buffer';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import type { McpClock } from '../host.ts';
import { MAX_GARBAGE, MAX_MESSAGE_BYTES, MAX_UNREAD_BYTES } from './limits.ts';
import { Lines } from './lines.ts';
import { parseLine } from './message.ts';
import type { Pace } from './pace.ts';
import type { ServerProcess } from './process.ts';

/** For the last bytes of a process that has ended. */
const LAST_WORDS_MS = 500;

export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** The SDK knows a transport over standard streams by these two. */
  readonly stderr = null;
  readonly pid: number;

  readonly #process: ServerProcess;
  readonly #clock: McpClock;
  readonly #pace: Pace;
  readonly #lines = new Lines(MAX_MESSAGE_BYTES);
  /** What leaves with the next write: one system call for all that one thing led to. */
  #unsent: string[] = [];
  #unsentLength = 0;
  #garbage = 0;
  #lastBytes = 0;
  #isOver = false;
  #isWaiting = false;
  #why: string | null = null;
  #hasDied = false;

  constructor(process: ServerProcess, clock: McpClock, pace: Pace) {
    this.#process = process;
    this.#clock = clock;
    this.#pace = pace;
    this.pid = process.pid;
  }

  get lastBytes(): number {
    return this.#lastBytes;
  }

  /** Why it is over; null: it is not, or was closed as it should be. */
  get over(): string | null {
    return this.#why;
  }

  /** It ended by itself. */
  get hasDied(): boolean {
    return this.#hasDied;
  }

  async start(): Promise<void> {
    const { stdout } = this.#process;
    stdout.on('data', (bytes: Buffer) => {
      this.#lines.push(bytes);
      this.#read();
    });
    stdout.on('error', () => undefined);
    const { promise: read, resolve } = Promise.withResolvers<void>();
    stdout.once('end', resolve).once('close', resolve);
    // What it wrote last is read before it counts as gone. Who holds its output open (a child that left) is not waited for.
    void this.#process.ended.then((how) => {
      if (!this.#isOver) {
        this.#hasDied = true;
        this.#why = `it ${how}`;
      }
      const off = this.#clock.after(LAST_WORDS_MS, resolve);
      return read.then(() => {
        off();
        this.#over();
      });
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const { stdin } = this.#process;
    if (this.#isOver || stdin.destroyed || stdin.writableEnded) throw new Error('it has ended');
    const line = JSON.stringify(message);
    this.#unsentLength += line.length;
    if (this.#unsent.push(line) === 1) process.nextTick(() => this.#flush());
    if (stdin.writableLength + this.#unsentLength > MAX_UNREAD_BYTES) this.end('it does not read what it is sent');
  }

  #flush(): void {
    const { stdin } = this.#process;
    const lines = this.#unsent;
    this.#unsent = [];
    this.#unsentLength = 0;
    if (lines.length === 0 || stdin.destroyed || stdin.writableEnded) return;
    stdin.write(`${lines.join('\n')}\n`);
    if (stdin.writableLength > MAX_UNREAD_BYTES) this.end('it does not read what it is sent');
  }

  async close(): Promise<void> {
    this.#flush();
    this.#isOver = true;
    // Unread, it could wait in a write for ever, and never see that its input has ended.
    this.#process.stdout.removeAllListeners('data').resume();
    await this.#process.stop();
    this.#over();
  }

  /** Ends a server that breaks the rules. */
  end(why: string): void {
    if (this.#isOver) return;
    this.#why = why;
    this.#isOver = true;
    this.#process.stdout.destroy();
    this.#process.kill();
  }

  #read(): void {
    while (!this.#isOver && !this.#isWaiting) {
      const next = this.#lines.next();
      if (next === null) return;
      if (next.kind === 'too-long') {
        this.end(`it sent a message longer than ${MAX_MESSAGE_BYTES} bytes`);
        return;
      }
      this.#take(next.bytes);
      const wait = this.#pace.waitMs;
      if (wait === 0) continue;
      this.#isWaiting = true;
      this.#process.stdout.pause();
      this.#clock.after(wait, () => {
        this.#isWaiting = false;
        this.#process.stdout.resume();
        this.#read();
      });
    }
  }

  #take(bytes: Buffer): void {
    this.#lastBytes = bytes.length;
    if (bytes.length === 0 || (bytes.length === 1 && bytes[0] === 13)) return;
    const messages = isUtf8(bytes) ? parseLine(bytes.toString('utf8')) : null;
    if (messages === null) {
      this.#garbage += 1;
      const flood = this.#pace.spend(bytes.length);
      if (flood || this.#garbage > MAX_GARBAGE) this.end('it writes lines to its standard output that are no JSON-RPC');
      return;
    }
    for (const message of messages) this.onmessage?.(message as unknown as JSONRPCMessage);
  }

  #over(): void {
    this.#isOver = true;
    const tell = this.onclose;
    delete this.onclose;
    tell?.();
  }
}
