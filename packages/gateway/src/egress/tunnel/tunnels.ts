// Ways out of walls: each belongs to one owner, takes HTTP CONNECT, plain HTTP and SOCKS5, and asks about every connection. INVARIANT: who
// asks is who the socket belongs to; nothing that is said over it changes that.
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { httpRefusal, nameOnly, type Said, sayGoodbye, socksRefusal, statusOf, userOf } from './answers.ts';
import { carry } from './carry.ts';
import { destinationOf, readAuthority } from './destination.ts';
import { Intake } from './intake.ts';
import { Names } from './names.ts';
import { enter, type Passing, pass, type Room } from './pass.ts';
import { answerPlain, forward, type Live } from './plain.ts';
import { readSocks, SOCKS, type SocksStage, socksReply, stageAfter } from './socks.ts';
import type { Asked, Ended, Owner, TunnelsHost } from './types.ts';

/** Until something is asked for. */
const ASKS_WITHIN_MS = 15_000;
/** Between two requests of one connection. */
const ASKS_AGAIN_WITHIN_MS = 75_000;
/** Connections of one owner that have asked for nothing yet, beside as many as may be open; the oldest gives way. */
const MOST_SILENT = 256;
const MAX_EARLY_BYTES = 65_536;
const SWEEP_MS = 1000;
const TOO_MANY = 'too many connections are open (`network.connections`)';

/** One connection of a client that speaks HTTP. */
interface Client {
  readonly room: Room;
  readonly silent: Set<Duplex>;
  /** Requests whose answers are on their way. */
  asked: number;
  stopTimer: () => void;
}

type Refuse = (said: Said & { readonly outcome: 'refused' | 'failed' }) => void;

interface Opening {
  readonly room: Room;
  readonly socket: Duplex;
  readonly asked: Asked;
  readonly early: Buffer;
  readonly accepted: string | Uint8Array;
  readonly refuse: Refuse;
}

interface Watched extends Live {
  last: number;
  since: number;
}

export class Tunnels implements Disposable {
  readonly #host: TunnelsHost;
  readonly #passing: Passing;
  readonly #clients = new WeakMap<Duplex, Client>();
  readonly #live = new Set<Watched>();
  readonly #readHttp: (socket: Socket) => void;
  readonly #stop: () => void;
  /** Connections of all owners that have asked for nothing yet. */
  #silent = 0;

  constructor(host: TunnelsHost) {
    this.#host = host;
    this.#passing = { host, names: new Names(host.clock, host.lookup), all: { open: 0 } };
    this.#readHttp = host.readHttp({
      request: (message, response) => this.#request(message, response),
      connect: (message, socket, head) => this.#connect(message, socket, head),
      unreadable: (_error, socket) => {
        const said = { status: 400, why: 'the request cannot be read', hint: '' };
        if (socket.writable) sayGoodbye(socket, httpRefusal(said), host.clock.after);
        else socket.destroy();
      },
    });
    this.#stop = host.clock.every(SWEEP_MS, () => this.#sweep());
  }

  /** Connections that are open or asked for, of all owners. */
  get open(): number {
    return this.#passing.all.open;
  }

  wayOut(owner: Owner): { readonly take: (socket: Socket) => void } {
    const room: Room = { owner, open: 0 };
    const silent = new Set<Duplex>();
    return { take: (socket) => this.#take(socket, room, silent) };
  }

  [Symbol.dispose](): void {
    this.#stop();
    for (const live of this.#live) live.cut('Castellan is stopping');
  }

  #take(socket: Socket, room: Room, silent: Set<Duplex>): void {
    const { after } = this.#host.clock;
    socket.on('error', () => socket.destroy());
    const [oldest] = silent;
    // The last descriptors are not for whoever says nothing.
    if (this.#silent >= this.#host.most && oldest === undefined) return void socket.destroy();
    if (this.#silent >= this.#host.most) oldest?.destroy();
    if (silent.size >= MOST_SILENT + this.#host.bounds().connections) oldest?.destroy();
    silent.add(socket);
    this.#silent += 1;
    const client: Client = { room, silent, asked: 0, stopTimer: after(ASKS_WITHIN_MS, () => socket.destroy()) };
    socket.once('close', () => {
      client.stopTimer();
      this.#speaks(silent, socket);
    });
    socket.once('data', (first: Buffer) => {
      socket.pause();
      if (first[0] === 5) return this.#socks(socket, client, first);
      this.#clients.set(socket, client);
      socket.unshift(first);
      this.#readHttp(socket);
      process.nextTick(() => socket.resume());
    });
    // Nothing was said and nothing will be.
    socket.once('end', () => {
      if (silent.has(socket)) socket.destroy();
    });
  }

  /** It has asked for something: it is bounded otherwise from here on. */
  #heard(client: Client, socket: Duplex): void {
    client.stopTimer();
    client.stopTimer = () => undefined;
    this.#speaks(client.silent, socket);
  }

  #speaks(silent: Set<Duplex>, socket: Duplex): void {
    if (silent.delete(socket)) this.#silent -= 1;
  }

  #request(message: IncomingMessage, response: ServerResponse): void {
    const { socket } = message;
    const client = this.#clients.get(socket);
    if (client === undefined) return void socket.destroy();
    this.#heard(client, socket);
    client.asked += 1;
    response.once('close', () => {
      client.asked -= 1;
      if (client.asked > 0 || socket.destroyed) return;
      client.stopTimer();
      client.stopTimer = this.#host.clock.after(ASKS_AGAIN_WITHIN_MS, () => socket.destroy());
    });
    const plain = { passing: this.#passing, room: client.room, follow: (live: Live) => this.#follow(live) };
    forward(plain, message, response).catch(() =>
      answerPlain(response, { status: 502, why: 'it failed', hint: 'try again' }),
    );
  }

  #connect(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const client = this.#clients.get(socket);
    // A tunnel behind a request that is not answered yet: its answer would be read as the tunnel's.
    if (client === undefined || client.asked > 0) return void socket.destroy();
    this.#heard(client, socket);
    const { after } = this.#host.clock;
    const refuse: Refuse = (said) => sayGoodbye(socket, httpRefusal(said), after);
    const to = readAuthority(message.url ?? '', null);
    const { host } = message.headers;
    const said = to === null || host === undefined ? to : readAuthority(host, to.port);
    const fault =
      to === null
        ? 'CONNECT names no host and port'
        : said?.host !== to.host || said.port !== to.port
          ? 'the header `host` names another place than CONNECT does'
          : null;
    if (to === null || fault !== null) {
      const why = fault ?? '';
      this.#ended(client.room, { host: '?', port: 0, by: 'connect', outcome: 'refused', text: why }, 0);
      return void refuse({ status: 400, why, hint: '', outcome: 'refused' });
    }
    const asked: Asked = { ...to, by: 'connect', user: userOf(message.headers['proxy-authorization']) };
    const accepted = 'HTTP/1.1 200 Connection established\r\n\r\n';
    void this.#open({ room: client.room, socket, asked, early: head, accepted, refuse });
  }

  #socks(socket: Socket, client: Client, first: Buffer): void {
    const { after } = this.#host.clock;
    let stage: SocksStage = 'greeting';
    let user: string | null = null;
    let bytes = first;
    const look = (): void => {
      for (;;) {
        const step = readSocks(stage, bytes);
        switch (step.kind) {
          case 'more':
            return void socket.resume();
          case 'fault':
            this.#heard(client, socket);
            socket.removeListener('data', more);
            this.#ended(client.room, { host: '?', port: 0, by: 'socks5', outcome: 'refused', text: step.why }, 0);
            return void sayGoodbye(socket, step.bytes ?? Buffer.alloc(0), after);
          case 'reply':
            socket.write(step.bytes);
            user = step.user ?? user;
            stage = stageAfter(stage, step.bytes);
            bytes = bytes.subarray(step.used);
            break;
          case 'asked': {
            this.#heard(client, socket);
            socket.removeListener('data', more);
            const to = destinationOf(step.host, step.port);
            const refuse: Refuse = ({ outcome }) => sayGoodbye(socket, socksRefusal(outcome), after);
            if (to === null) {
              const text = 'SOCKS5 names no host and port';
              this.#ended(client.room, { host: '?', port: 0, by: 'socks5', outcome: 'refused', text }, 0);
              return void refuse({ status: 400, why: text, hint: '', outcome: 'refused' });
            }
            const asked: Asked = { ...to, by: 'socks5', user: nameOnly(user ?? '') };
            const early = bytes.subarray(step.used);
            const accepted = socksReply(SOCKS.done);
            return void this.#open({ room: client.room, socket, asked, early, accepted, refuse });
          }
        }
      }
    };
    const more = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      socket.pause();
      look();
    };
    socket.on('data', more);
    look();
  }

  async #open({ room, socket, asked, early, accepted, refuse }: Opening): Promise<void> {
    const { clock } = this.#host;
    const began = clock.monotonic();
    const place = { host: asked.host, port: asked.port, by: asked.by };
    const leave = enter(this.#passing, room);
    if (leave === null) {
      this.#ended(room, { ...place, outcome: 'failed', text: TOO_MANY }, began);
      return void refuse({ status: 503, why: TOO_MANY, hint: 'close some', outcome: 'failed' });
    }
    const waiting = this.#waiting(socket, early);
    const passed = await pass(this.#passing, room, asked, waiting.gone, () => new Intake());
    waiting.end();
    if (passed.kind === 'stopped') {
      leave();
      const { outcome, why, hint } = passed;
      this.#ended(room, { ...place, ...passed.noted, outcome, text: why }, began);
      return void refuse({ status: statusOf(outcome), why, hint, outcome });
    }
    const { passage, address, socket: upstream, intake } = passed;
    if (intake === null) throw new Error('a tunnel without an intake');
    const withdrawn = (): void => carried.cut(String(passage.standing.reason));
    socket.write(accepted);
    let isOver = false;
    let unfollow = (): void => undefined;
    const carried = carry({
      client: socket,
      upstream,
      intake,
      early: waiting.early,
      to: asked,
      maxBytes: this.#host.bounds().bytes,
      after: clock.after,
      ended: (end) => {
        isOver = true;
        leave();
        passage.over();
        unfollow();
        passage.standing.removeEventListener('abort', withdrawn);
        this.#ended(room, { ...place, ...passage.noted, address, ...end }, began);
      },
    });
    if (isOver) return;
    unfollow = this.#follow(carried);
    passage.standing.addEventListener('abort', withdrawn, { once: true });
    if (passage.standing.aborted) withdrawn();
  }

  /** What a client says while it waits is kept for whoever it is meant for, and that it has gone is told. */
  #waiting(socket: Duplex, head: Buffer) {
    const early: Buffer[] = head.length === 0 ? [] : [head];
    let size = head.length;
    const controller = new AbortController();
    const gone = (): void => controller.abort();
    const keep = (chunk: Buffer): void => {
      early.push(chunk);
      size += chunk.length;
      // Not read any more, nobody would hear that it has gone: a person would be asked for nobody.
      if (size > MAX_EARLY_BYTES) gone();
    };
    socket.on('data', keep);
    socket.once('end', gone);
    socket.once('close', gone);
    socket.resume();
    if (socket.destroyed) gone();
    return {
      early,
      gone: controller.signal,
      end: () => {
        socket.pause();
        socket.removeListener('data', keep);
        socket.removeListener('end', gone);
        socket.removeListener('close', gone);
      },
    };
  }

  #ended(
    room: Room,
    ended: Omit<Ended, 'sentBytes' | 'receivedBytes' | 'durationMs'> & Partial<Ended>,
    began: number,
  ): void {
    const durationMs = began === 0 ? 0 : this.#host.clock.monotonic() - began;
    room.owner.ended({ sentBytes: 0, receivedBytes: 0, durationMs, ...ended });
  }

  #follow(live: Live): () => void {
    const watched: Watched = {
      moved: () => live.moved(),
      cut: (why) => live.cut(why),
      last: live.moved(),
      since: this.#host.clock.monotonic(),
    };
    this.#live.add(watched);
    return () => this.#live.delete(watched);
  }

  #sweep(): void {
    const { idleMs } = this.#host.bounds();
    const now = this.#host.clock.monotonic();
    for (const each of this.#live) {
      const moved = each.moved();
      if (moved !== each.last) {
        each.last = moved;
        each.since = now;
      } else if (now - each.since >= idleMs)
        each.cut(`nothing went over it for ${Math.round(idleMs / 1000)} s (\`network.idleSeconds\`)`);
    }
  }
}
