// The connection by which a terminal of `castellan run` can be watched: a WebSocket over the daemon's own socket. INVARIANT:
// it never stands in the way: a daemon that is away or slow costs the session nothing, and is looked for again.
import { readDaemonState } from '@castellan/client';
import { type AgentId, type HostMessage, hostAnswerSchema, type TerminalId } from '@castellan/contract';
import { WebSocket } from 'ws';
import type { Size } from '../launch-pty.ts';
import { Backlog } from './backlog.ts';

export interface LinkOptions {
  /** The state folder: the daemon may have another socket and token each time. */
  readonly home: string;
  readonly agent: AgentId;
  readonly title: string;
  readonly size: () => Size;
  /** What somebody who may has typed elsewhere. */
  readonly onInput: (text: string) => void;
}

/** Characters kept for those who watch while the daemon is away, and given again to a daemon that was restarted. */
const KEPT = 256 * 1024;
const AGAIN = 64 * 1024;
/** So much at once, so often: a million characters a second, which is more than anybody reads. */
const PIECE = 16 * 1024;
const PIECE_MS = 16;
/** Not yet taken by the daemon. */
const MAX_BEHIND = 256 * 1024;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
const GOODBYE_MS = 1000;

export class HostLink {
  readonly #options: LinkOptions;
  readonly #backlog = new Backlog(KEPT, AGAIN);
  #socket: WebSocket | null = null;
  #isOpened = false;
  #terminal: { readonly terminal: TerminalId; readonly key: string } | null = null;
  #wait = FIRST_WAIT_MS;
  #sending: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#connect();
  }

  output(text: string): void {
    this.#backlog.push(text);
    this.#soon();
  }

  resized(): void {
    if (this.#isOpened) this.#send({ kind: 'size', ...this.#options.size() });
  }

  /** Tells the end, as far as the daemon takes it, and lets go. */
  async end(code: number): Promise<void> {
    this.#isOver = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#sending !== null) clearTimeout(this.#sending);
    const socket = this.#socket;
    if (socket === null) return;
    if (!this.#isOpened) {
      socket.terminate();
      return;
    }
    while (!this.#backlog.isEmpty) this.#send({ kind: 'output', text: this.#backlog.take(PIECE) });
    this.#send({ kind: 'exit', code });
    await new Promise<void>((resolve) => {
      const stop = setTimeout(() => socket.terminate(), GOODBYE_MS);
      socket.once('close', () => {
        clearTimeout(stop);
        resolve();
      });
      socket.close();
    });
  }

  #connect(): void {
    const found = readDaemonState(this.#options.home);
    if (!found.ok) {
      this.#later();
      return;
    }
    const socket = new WebSocket(`ws+unix:${found.state.socket}:/v1/terminal-host`, {
      headers: { authorization: `Bearer ${found.state.token}` },
      perMessageDeflate: false,
      handshakeTimeout: 5000,
      maxPayload: 1024 * 1024,
    });
    this.#socket = socket;
    socket.on('open', () => {
      const { agent, title, size } = this.#options;
      this.#send({ kind: 'open', terminal: { agent, title, ...size(), ...this.#terminal } });
    });
    socket.on('message', (data) => this.#heard(String(data)));
    // `close` follows.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#socket = null;
      this.#isOpened = false;
      this.#later();
    });
  }

  #later(): void {
    if (this.#isOver) return;
    this.#retry = setTimeout(() => this.#connect(), this.#wait).unref();
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT_MS);
  }

  #heard(text: string): void {
    const answer = readAnswer(text);
    switch (answer?.kind) {
      case 'opened':
        if (this.#terminal !== null && this.#terminal.terminal !== answer.terminal) this.#backlog.again();
        this.#terminal = { terminal: answer.terminal, key: answer.key };
        this.#isOpened = true;
        this.#wait = FIRST_WAIT_MS;
        this.#soon();
        return;
      case 'input':
        if (!this.#isOver) this.#options.onInput(answer.text);
        return;
      case 'refused':
        this.#wait = LONGEST_WAIT_MS;
        return;
      case undefined:
        return;
    }
  }

  #soon(): void {
    if (this.#sending !== null || !this.#isOpened || this.#backlog.isEmpty) return;
    this.#sending = setTimeout(() => {
      this.#sending = null;
      const socket = this.#socket;
      if (socket !== null && this.#isOpened && socket.bufferedAmount < MAX_BEHIND)
        this.#send({ kind: 'output', text: this.#backlog.take(PIECE) });
      this.#soon();
    }, PIECE_MS).unref();
  }

  #send(message: HostMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

function readAnswer(text: string) {
  try {
    const parsed = hostAnswerSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
