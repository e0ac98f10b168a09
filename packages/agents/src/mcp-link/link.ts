// `castellan mcp`: a client's standard streams on one side, the daemon's own socket on the other, a message a line and a frame.
// INVARIANT: it decides nothing and fails closed: with the daemon away every request is answered with an error that says so. A
// session that broke off is over, with everything under way in it; once a daemon is there another one is begun in its place.
import type { Readable, Writable } from 'node:stream';
import { readDaemonState } from '@castellan/client';
import { API_ERRORS, apiErrorSchema, MAX_MCP_MESSAGE_BYTES } from '@castellan/contract';
import { WebSocket } from 'ws';
import type { RunHeaders } from '../run-headers.ts';
import { type Gate, gateFault } from './gate.ts';
import { Lines } from './lines.ts';
import { awayAnswers, faultAnswer } from './messages.ts';
import { Mirror } from './mirror.ts';

export interface McpLinkOptions {
  /** The state folder. */
  readonly home: string;
  /** The agent's own socket; null: the daemon is found by its state file. */
  readonly gate: Gate | null;
  readonly credential: string;
  /** One module alone; null: all. */
  readonly module: string | null;
  /** Absolute: where the client works. */
  readonly workspace: string;
  /** For the record. */
  readonly session: string;
  /** What the run says that its client is part of. */
  readonly run: RunHeaders;
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** One line for whoever looks at the client's log. */
  readonly say: (line: string) => void;
  /** The same, where all is well again. */
  readonly note: (line: string) => void;
}

/** Messages before the daemon answers for the first time. */
const MOST_WAITING = 64;
/** Not yet taken by the daemon: beyond it the client is not read. */
const MAX_BEHIND = 2 * MAX_MCP_MESSAGE_BYTES;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
const START = 'start it with `castellan up`';
const SIGNED_OUT = 4001;
/** The gateway says why. */
const ENDED = 1008;
const REVOKED = 'the agent was revoked';
const LOOK = '`castellan status` says which, and `castellan recover` leads back from a panic';

/** Whoever asked cannot know; the record does. */
const UNKNOWN = 'castellan: the connection to the daemon broke off; `castellan log` shows what came of this';

type State =
  /** joining: a session like the one before is being begun. */
  | { readonly kind: 'connecting' | 'joining'; readonly waiting: string[] }
  | { readonly kind: 'open'; readonly socket: WebSocket }
  /** Why nobody is there; `again`: it is tried again. */
  | { readonly kind: 'away'; readonly why: string };

/** Runs until one side ends. @returns whether it ended as the client wanted. */
export function runMcpLink(options: McpLinkOptions): Promise<boolean> {
  return new Promise((resolve) => new Link(options, resolve).start());
}

class Link {
  readonly #options: McpLinkOptions;
  readonly #done: (well: boolean) => void;
  readonly #lines = new Lines();
  readonly #mirror = new Mirror();
  #state: State = { kind: 'connecting', waiting: [] };
  #wait = FIRST_WAIT_MS;
  #retry: NodeJS.Timeout | null = null;
  #socket: WebSocket | null = null;
  #said = '';
  #wasAway = false;
  #isOver = false;

  constructor(options: McpLinkOptions, done: (well: boolean) => void) {
    this.#options = options;
    this.#done = done;
  }

  start(): void {
    const { stdin, stdout } = this.#options;
    stdin.on('data', (piece: Buffer | string) => this.#heard(typeof piece === 'string' ? Buffer.from(piece) : piece));
    stdin.once('end', () => this.#end(true));
    stdin.once('error', () => this.#end(true));
    stdout.once('error', () => this.#end(true));
    this.#connect();
  }

  #heard(piece: Buffer): void {
    for (const line of this.#lines.push(piece)) {
      if (line.kind === 'fault') this.#answer(faultAnswer(line.code, line.why));
      else this.#message(line.text);
    }
  }

  #message(text: string): void {
    const state = this.#state;
    switch (state.kind) {
      case 'connecting':
      case 'joining':
        if (state.waiting.length < MOST_WAITING) state.waiting.push(text);
        else this.#missed(text, 'the daemon has not answered yet');
        return;
      case 'away':
        this.#missed(text, state.why);
        return;
      case 'open': {
        const sent = this.#mirror.fromClient(text);
        if (sent !== null) this.#send(state.socket, sent);
      }
    }
  }

  #missed(text: string, why: string): void {
    this.#mirror.missed(text);
    for (const answer of awayAnswers(text, `castellan: ${why}`)) this.#answer(answer);
  }

  #told(socket: WebSocket, text: string): void {
    this.#wait = FIRST_WAIT_MS;
    const came = this.#mirror.fromDaemon(text);
    switch (came.kind) {
      case 'pass':
        this.#answer(came.text);
        return;
      case 'own':
        return;
      case 'begun':
        for (const each of came.send) this.#send(socket, each);
        this.#opened(socket);
        for (const each of came.tell) this.#answer(each);
        return;
      case 'not-begun':
        this.#over(came.why);
    }
  }

  #opened(socket: WebSocket): void {
    const state = this.#state;
    this.#state = { kind: 'open', socket };
    if (this.#wasAway) this.#options.note('the daemon is there, and a session is begun');
    this.#wasAway = false;
    this.#said = '';
    if ('waiting' in state) for (const text of state.waiting) this.#message(text);
  }

  #send(socket: WebSocket, text: string): void {
    const { stdin } = this.#options;
    socket.send(text, () => {
      if (socket.bufferedAmount <= MAX_BEHIND) stdin.resume();
    });
    if (socket.bufferedAmount > MAX_BEHIND) stdin.pause();
  }

  #answer(text: string): void {
    const { stdout } = this.#options;
    // Many answers, one system call.
    if (stdout.writableCorked === 0) {
      stdout.cork();
      process.nextTick(() => stdout.uncork());
    }
    // A frame is one message; a line break in it could only be white space between its parts.
    const isTaken = stdout.write(`${text.includes('\n') ? text.replaceAll('\n', ' ') : text}\n`);
    const socket = this.#socket;
    if (isTaken || socket === null) return;
    socket.pause();
    stdout.once('drain', () => socket.resume());
  }

  #connect(): void {
    const found = this.#found();
    if (found.socket === null) {
      this.#away(found.why);
      return;
    }
    const socket = this.#open(found.socket);
    this.#socket = socket;
    let wasOpen = false;
    socket.on('open', () => {
      wasOpen = true;
      const first = this.#mirror.begin();
      if (first === null) {
        this.#opened(socket);
        return;
      }
      this.#state = { kind: 'joining', waiting: [] };
      this.#send(socket, first);
    });
    socket.on('message', (data) => this.#told(socket, String(data)));
    socket.on('unexpected-response', (request, response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text = (text + part).slice(0, 4096);
      });
      response.on('end', () => this.#refused(text, response.statusCode ?? 0));
      response.on('error', () => this.#refused('', 0));
      request.on('error', () => undefined);
    });
    // `close` follows, but for an answer that is no upgrade, which is told above.
    socket.on('error', (error) => {
      if (!wasOpen) this.#away(`the daemon does not answer: ${error.message}; ${START}`);
    });
    socket.once('close', (code, reason) => wasOpen && this.#broke(code, reason.toString()));
  }

  #found(): { readonly socket: string } | { readonly socket: null; readonly why: string } {
    const { gate, home } = this.#options;
    if (gate !== null) {
      const why = gateFault(gate);
      return why === null ? gate : { socket: null, why: `${why}; ${START}` };
    }
    const found = readDaemonState(home);
    if (found.ok) return found.state;
    return { socket: null, why: `${found.fault.message}; ${found.fault.hint}` };
  }

  #open(socket: string): WebSocket {
    const { credential, module, workspace, session, run } = this.#options;
    const query = new URLSearchParams({ workspace, session, ...(module === null ? {} : { module }) });
    return new WebSocket(`ws+unix:${socket}:/v1/mcp?${query}`, {
      headers: {
        authorization: `Bearer ${credential}`,
        ...run,
      },
      perMessageDeflate: false,
      handshakeTimeout: 5000,
      // An answer holds what a server gave; how much that may be is the gateway's to say.
      maxPayload: 16 * MAX_MCP_MESSAGE_BYTES,
    });
  }

  /** The daemon is there and says no. Only what passes by itself is tried again. */
  #refused(text: string, status: number): void {
    let said = `the daemon answered ${status}`;
    try {
      const { message, hint } = apiErrorSchema.parse(JSON.parse(text));
      said = hint === undefined ? message : `${message}; ${hint}`;
    } catch {
      // Not ours: the number must do.
    }
    const isFinal = status === API_ERRORS.not_authenticated || status === API_ERRORS.not_permitted;
    this.#away(
      isFinal
        ? `${said}; \`castellan connect mcp\` makes a new credential, after a panic with \`castellan recover\``
        : said,
      !isFinal,
    );
  }

  #away(why: string, again = true): void {
    if (this.#isOver) return;
    const waiting = 'waiting' in this.#state ? this.#state.waiting : [];
    this.#state = { kind: 'away', why };
    this.#socket = null;
    this.#wasAway = true;
    // It may have waited for the daemon to read.
    this.#options.stdin.resume();
    this.#say(why);
    for (const text of waiting) this.#message(text);
    if (!again || this.#retry !== null) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#connect();
    }, this.#wait);
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT_MS);
  }

  /** The gateway says why it ends this one; whatever else ends it may pass. */
  #broke(code: number, reason: string): void {
    if (this.#isOver) return;
    if (code === SIGNED_OUT || (code === ENDED && reason === REVOKED)) {
      this.#say(`this agent was disconnected, or a panic ended its credential: ${LOOK}`);
      this.#end(false);
      return;
    }
    if (code === ENDED && reason !== '') {
      this.#over(`the gateway ended it: ${reason}`);
      return;
    }
    for (const text of this.#mirror.broke(UNKNOWN)) this.#answer(text);
    this.#away('the connection to the daemon broke off; it is tried again');
  }

  #over(why: string): void {
    this.#say(`${why}, and its session is over: start this server again`);
    this.#end(false);
  }

  #say(line: string): void {
    if (line === this.#said) return;
    this.#said = line;
    this.#options.say(line);
  }

  #end(well: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#socket?.close();
    this.#options.stdin.destroy();
    this.#done(well);
  }
}
