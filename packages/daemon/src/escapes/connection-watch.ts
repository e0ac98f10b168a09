// Looks once a second where the programs below every running client are connected, and whether a call explains it. Linux only.
// RULE: the client itself is left out: what it sends its model and what a plug-in in it sends elsewhere look the same. What is
// over between two looks is not seen; walls (`castellan run --sandbox`) see all of it.
import { isLoopback, type SeenConnection } from '@castellan/facts';
import type { DecidedCalls } from './decided-calls.ts';
import { mayConnect } from './explained.ts';
import type { Finding } from './findings.ts';
import type { Kept } from './tree.ts';

export interface ConnectionWatchHost {
  readonly calls: DecidedCalls;
  readonly kept: () => ReadonlyMap<number, Kept>;
  connections(): Promise<readonly SeenConnection[]>;
  sockets(pid: number): readonly number[];
  /** Ports of ours on this machine. */
  ownPorts(): ReadonlySet<number>;
  now(): number;
}

const MOST_REMEMBERED = 20_000;

export class ConnectionWatch {
  readonly #host: ConnectionWatchHost;
  /** Sockets that were held against everything. */
  #known: ReadonlySet<number> = new Set();

  constructor(host: ConnectionWatchHost) {
    this.#host = host;
  }

  async look(): Promise<readonly Finding[]> {
    const judged = [...this.#host.kept().values()].filter(isJudged(this.#host.calls));
    if (judged.length === 0) return [];
    const open = await this.#host.connections();
    const ports = this.#host.ownPorts();
    const fresh = new Map(
      open
        .filter(({ inode, address, port }) => !this.#known.has(inode) && !(isLoopback(address) && ports.has(port)))
        .map((one) => [one.inode, one]),
    );
    this.#known = new Set(open.slice(-MOST_REMEMBERED).map(({ inode }) => inode));
    if (fresh.size === 0) return [];
    return judged.flatMap((kept) =>
      this.#host.sockets(kept.pid).flatMap((inode) => {
        const found = fresh.get(inode);
        return found === undefined ? [] : [this.#finding(kept, found)];
      }),
    );
  }

  #finding({ pid, agent, shown, why }: Kept, { address, port }: SeenConnection): Finding {
    const at = this.#host.now();
    const where = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    const call = why.kind === 'call' ? this.#host.calls.get(why.call) : null;
    return {
      key: `connection ${agent} ${shown} ${where}`,
      agent,
      session: call?.session ?? null,
      at,
      what: `that \`${shown}\` is connected to ${where}`,
      which: `process ${pid} at ${new Date(at).toISOString()}${call === null ? '' : `, begun in ${call.id}, which was not decided to connect anywhere`}`,
    };
  }
}

/** Whose connections nothing explains: of what began before we looked nobody knows what was decided. */
const isJudged =
  (calls: DecidedCalls) =>
  ({ why }: Kept): boolean => {
    switch (why.kind) {
      case 'client':
      case 'before':
      case 'chore':
        return false;
      case 'escape':
        return true;
      case 'call': {
        const call = calls.get(why.call);
        return call !== null && !mayConnect(call);
      }
    }
  };
