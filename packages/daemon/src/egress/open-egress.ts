// The ways out, joined: one for each agent, whose connections are calls, and one for each server with walls, which reaches what its
// module lists and nothing else. Every connection leaves a record (I4).
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentId } from '@castellan/contract';
import { type Ended, isListed, type Owner, placeOf, Tunnels } from '@castellan/gateway';
import { listenWayOut, readHttp, type WayOut } from '../http/index.ts';
import type { Refusals } from '../records/index.ts';
import { PANIC_REASON } from '../standstill/index.ts';
import type { Calls, Parts } from '../surfaces/index.ts';
import { allSockets, isShortEnough, TOO_DEEP } from './doors.ts';
import { shownConnection } from './shown-connection.ts';
import { type Decided, Verdicts } from './verdicts.ts';

interface OfServer {
  readonly place: Parameters<typeof isListed>[0];
  readonly hosts: () => readonly string[];
  readonly ends: AbortController;
}

export interface EgressHost {
  /** The state folder. */
  readonly home: string;
  readonly parts: Parts;
  readonly calls: Calls;
  readonly refusals: Refusals;
}

export interface Egress extends Disposable {
  ofAgent(agent: AgentId): WayOut;
  ofModule(module: string): WayOut;
  /** Of a server that is only looked at: it reaches what is named here, for as long as this is open. */
  openWay(module: string, hosts: readonly string[]): Promise<AsyncDisposable & { readonly socket: string }>;
  /** Ends in this step whatever may not go on. @returns how many. */
  cut(): number;
  /** What a call that was let through says of where it goes. */
  allow(decided: Decided): void;
}

const MEGABYTE = 1_048_576;
const MOST = 8192;

/** Of all ways out together: three in four descriptors stay for those who answer. */
function mostAtOnce(): number {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return Math.min(MOST, Math.max(64, Math.floor(Number(found ?? 4096) / 8)));
  } catch {
    return 512;
  }
}

export function openEgress({ home, parts, calls, refusals }: EgressHost): Egress {
  const { clock, policy, ports, records } = parts;
  const network = () => policy.policy.config.network;
  const verdicts = new Verdicts({ parts, calls });
  const tunnels = new Tunnels({
    clock,
    readHttp,
    ownPorts: () => ports.all,
    most: mostAtOnce(),
    bounds: () => {
      const { connections, megabytes, idleSeconds } = network();
      return { connections, bytes: megabytes * MEGABYTE, idleMs: idleSeconds * 1000 };
    },
  });
  /** Not awaited: the connection is over. A log that fails raises its own alarm and lets nobody out any more. */
  const record = (who: { readonly agent: AgentId } | { readonly module: string }, ended: Ended): void => {
    const name = 'agent' in who ? who.agent : who.module;
    // What reached nobody costs nothing, so it could be asked for without end.
    const left = ended.outcome === 'refused' || ended.outcome === 'failed' ? refusals.take(`network:${name}`) : '';
    if (left === null) return;
    const durationMs = Math.round(ended.durationMs * 10) / 10;
    records
      .record(
        { ...shownConnection(ended, left, parts.redactor), kind: 'connection', at: clock.now(), ...who, durationMs },
        'soon',
      )
      .catch(() => undefined);
  };
  /** Of servers: each connection that is open, with where it goes and what may be reached now. */
  const open = new Set<OfServer>();
  const ofHosts = (module: string, hosts: () => readonly string[]): Owner => ({
    async decide(place) {
      if (parts.standstill.isInForce)
        return { kind: 'refused', why: PANIC_REASON.text, hint: PANIC_REASON.remedy ?? '' };
      if (records.failed !== null)
        return {
          kind: 'refused',
          why: 'nothing can be recorded now, so nothing is reached',
          hint: 'free some disk space',
        };
      if (!isListed(place, hosts()))
        return {
          kind: 'refused',
          why: `${placeOf(place)} is not listed for the server \`${module}\``,
          hint: `a person lists it in \`modules.${module}.sandbox.network\``,
        };
      const each = { place, hosts, ends: new AbortController() };
      open.add(each);
      return {
        kind: 'go',
        mayBePrivate: isListed(place, network().privateHosts),
        standing: each.ends.signal,
        noted: {},
        reached: () => undefined,
        over: () => open.delete(each),
      };
    },
    ended: (ended) => record({ module }, ended),
  });
  const unsubscribe = parts.events.subscribe(
    () => {
      verdicts.sweep();
      for (const { place, hosts, ends } of open)
        if (!isListed(place, hosts())) ends.abort('its module does not list it any more');
    },
    (kind) => kind === 'policy',
  );
  const wayOut = (owner: Owner): WayOut => tunnels.wayOut(owner);
  return {
    ofAgent: (agent) =>
      wayOut({
        decide: (asked, gone) => verdicts.ask(agent, asked, gone),
        ended: (ended) => record({ agent }, ended),
      }),
    ofModule: (module) => wayOut(ofHosts(module, () => policy.policy.config.modules[module]?.sandbox?.network ?? [])),
    async openWay(module, hosts) {
      const name = `module-look-${clock.random(6).toString('hex')}`;
      const socket = join(allSockets(home).home, 'sockets', `${name}.sock`);
      if (!isShortEnough(socket)) throw new Error(TOO_DEEP);
      const listening = await listenWayOut({ path: socket, mode: 0o600, wayOut: wayOut(ofHosts(module, () => hosts)) });
      return {
        socket,
        [Symbol.asyncDispose]: async () => {
          await listening[Symbol.asyncDispose]();
          rmSync(socket, { force: true });
        },
      };
    },
    cut() {
      const count = verdicts.goesOn + open.size;
      verdicts.sweep();
      if (parts.standstill.isInForce) for (const { ends } of open) ends.abort(PANIC_REASON.text);
      return count;
    },
    allow: (decided) => verdicts.allow(decided),
    [Symbol.dispose]: () => {
      unsubscribe();
      verdicts[Symbol.dispose]();
      tunnels[Symbol.dispose]();
    },
  };
}
