// The terminals of sessions that `castellan run` started. Who holds one and who watches come by WebSockets that the door has
// admitted; an agent's credential comes by none of them. Bounded in number, in what is kept, and in how long it is listed.
import {
  type HostAnswer,
  type HostMessage,
  hostMessageSchema,
  type TerminalId,
  type Terminal as TerminalView,
  type WatcherAnswer,
} from '@castellan/contract';
import { digestOf, sameDigest } from '../identity/index.ts';
import { newId } from '../ids.ts';
import { CLOSED, type Peer, type PeerEvents } from './peer.ts';
import type { TerminalRoom } from './room.ts';
import { Terminal } from './terminal.ts';

const MAX_OPEN = 32;
const MAX_ENDED = 64;
const ENDED_MS = 60 * 60_000;
/** How long a program whose connection was lost may take to come back. */
const AWAY_MS = 30_000;
const SWEEP_MS = 30_000;

function readHost(text: string): HostMessage | null {
  try {
    const parsed = hostMessageSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

type Opening = Extract<HostMessage, { readonly kind: 'open' }>['terminal'];

export class Terminals implements Disposable {
  readonly #room: TerminalRoom;
  readonly #terminals = new Map<TerminalId, Terminal>();
  readonly #stop: () => void;

  constructor(room: TerminalRoom) {
    this.#room = room;
    this.#stop = room.clock.every(SWEEP_MS, () => this.#sweep());
  }

  /** Newest first. */
  list(): readonly TerminalView[] {
    this.#sweep();
    return [...this.#terminals.values()].map((terminal) => terminal.view()).reverse();
  }

  /** The connection of a program that holds a terminal. */
  host(peer: Peer): PeerEvents {
    let held: Terminal | null = null;
    const refuse = (why: string): void => {
      this.#answer(peer, { kind: 'refused', why });
      peer.close(CLOSED.unsupported, why);
    };
    return {
      onText: (text) => {
        const message = readHost(text);
        if (message === null || (message.kind === 'open') !== (held === null)) {
          refuse('not a message that fits here');
          return;
        }
        switch (message.kind) {
          case 'open': {
            const opened = this.#open(message.terminal, peer);
            if (typeof opened === 'string') refuse(opened);
            else {
              held = opened;
              this.#answer(peer, { kind: 'opened', terminal: opened.id, key: opened.key });
            }
            return;
          }
          case 'output':
            held?.output(message.text);
            return;
          case 'size':
            held?.resize(message);
            return;
          case 'exit':
            held?.end(message.code);
            return;
        }
      },
      onClose: () => {
        const terminal = held;
        if (terminal === null || terminal.endedAt !== null) return;
        terminal.letGo(peer);
        this.#room.clock.after(AWAY_MS, () => {
          if (!terminal.isHeld) terminal.end(null);
        });
      },
    };
  }

  /** The connection of somebody who watches. @param seen what they had of it last; null: nothing. */
  watch(peer: Peer, id: string, seen: number | null): PeerEvents {
    const terminal = [...this.#terminals.values()].find((one) => one.id === id);
    if (terminal !== undefined) return terminal.watch(peer, seen);
    const answer: WatcherAnswer = { kind: 'refused', why: 'there is no such terminal any more' };
    peer.send(this.#room.exits.json(answer));
    peer.close(CLOSED.normal, answer.why);
    return { onText: () => undefined, onClose: () => undefined };
  }

  /** Nobody watches or types any more; whoever holds one goes on without being seen. @returns how many there were. */
  shut(): number {
    const open = [...this.#terminals.values()].filter(({ endedAt }) => endedAt === null);
    for (const terminal of open) {
      terminal.end(null);
      terminal.close();
    }
    return open.length;
  }

  [Symbol.dispose](): void {
    this.#stop();
    for (const terminal of this.#terminals.values()) terminal.close();
  }

  #open({ agent: id, terminal: former, key, ...asked }: Opening, peer: Peer): Terminal | string {
    const agent = this.#room.agents.get(id);
    if (agent === null || agent.revokedAt !== null) return 'no such agent is connected';
    const known = former === undefined ? undefined : this.#terminals.get(former);
    // The id alone goes on with nothing: every program that reads the ledger has it.
    const isTheirs = known !== undefined && sameDigest(digestOf(key ?? ''), digestOf(known.key));
    if (isTheirs && known.agent === id && !known.isHeld && known.endedAt === null) {
      known.hold(peer, asked);
      return known;
    }
    if (this.#room.standstill.isInForce) return 'everything stands still';
    const open = [...this.#terminals.values()].filter(({ endedAt }) => endedAt === null);
    if (open.length >= MAX_OPEN) return 'too many terminals are open';
    const opened = {
      ...asked,
      id: newId(this.#room.clock, 'terminal'),
      key: this.#room.clock.random(32).toString('hex'),
      agent: id,
      agentName: agent.name,
    };
    const terminal = new Terminal(this.#room, opened, peer);
    this.#terminals.set(terminal.id, terminal);
    this.#room.changed();
    return terminal;
  }

  #answer(peer: Peer, answer: HostAnswer): void {
    peer.send(this.#room.exits.json(answer));
  }

  #sweep(): void {
    const now = this.#room.clock.now();
    const ended = [...this.#terminals.values()].filter(({ endedAt }) => endedAt !== null);
    const surplus = new Set(ended.slice(0, Math.max(0, ended.length - MAX_ENDED)));
    for (const terminal of ended) {
      if (!surplus.has(terminal) && now - (terminal.endedAt ?? now) < ENDED_MS) continue;
      terminal.close();
      this.#terminals.delete(terminal.id);
    }
  }
}
