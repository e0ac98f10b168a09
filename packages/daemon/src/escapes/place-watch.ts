// Looks at the few files and folders that make programs run, where agents work and in the person's home: whether a call explains
// that they are others now. RULE: the system says when they were changed, not by whom; the words say so.
import { join } from 'node:path';
import type { AgentId, Session, SessionId } from '@castellan/contract';
import { placeNow, repositoryAround, type SeenPlace } from '@castellan/facts';
import type { DecidedCalls } from './decided-calls.ts';
import { mayChange } from './explained.ts';
import type { Finding } from './findings.ts';
import { matters, placesOf, placesOfHome } from './places.ts';

export interface PlaceWatchHost {
  readonly calls: DecidedCalls;
  readonly home: string;
  /** Sessions that are at work now, the latest last. */
  sessions(): readonly Session[];
  monotonic(): number;
  now(): number;
  shown(path: string): string;
  digest(text: string): string;
  /** The user that this is; what belongs to another one was written by another one. */
  readonly uid: number | undefined;
}

/** Who is told of it: the session that works there; of the person's home the latest of all. */
interface Watched {
  readonly agent: AgentId;
  readonly session: SessionId;
}

export class PlaceWatch {
  readonly #host: PlaceWatchHost;
  #seen: ReadonlyMap<string, SeenPlace> = new Map();
  #lastLook: number;

  constructor(host: PlaceWatchHost) {
    this.#host = host;
    this.#lastLook = host.monotonic();
  }

  async look(): Promise<readonly Finding[]> {
    const began = this.#host.monotonic();
    const watched = this.#watched();
    const seen = new Map<string, SeenPlace>();
    const findings: Finding[] = [];
    for (const [path, who] of watched) {
      const before = this.#seen.get(path);
      const now = await placeNow(path, matters, before);
      seen.set(path, now);
      if (before === undefined || before.mark === now.mark) continue;
      const found = this.#judge(path, who, now);
      if (found !== null) findings.push(found);
    }
    this.#seen = seen;
    this.#lastLook = began;
    return findings;
  }

  #watched(): ReadonlyMap<string, Watched> {
    const watched = new Map<string, Watched>();
    const sessions = this.#host.sessions();
    for (const { agent, id, workspace } of sessions) {
      if (workspace === this.#host.home || workspace === '/') continue;
      for (const path of placesOf(workspace, repositoryAround(join(workspace, '.git'))?.shared ?? null))
        watched.set(path, { agent, session: id });
    }
    const latest = sessions.at(-1);
    if (latest !== undefined)
      for (const path of placesOfHome(this.#host.home)) watched.set(path, { agent: latest.agent, session: latest.id });
    return watched;
  }

  #judge(path: string, { agent, session }: Watched, now: SeenPlace): Finding | null {
    const { calls, shown, uid } = this.#host;
    const [from, to] = this.#changedBetween(now);
    if (calls.reaching(from, to).some((call) => mayChange(call, path))) return null;
    const what = now.changedAt === null ? 'was removed' : 'was changed';
    const whose = now.owner === null || now.owner === uid ? '' : `, by user ${now.owner}`;
    const at = now.changedAt ?? this.#host.now();
    return {
      key: `place ${path} ${this.#host.digest(now.mark)}`,
      agent,
      session,
      at: Math.round(at),
      what: `that \`${shown(path)}\` ${what}${whose}`,
      which: `at ${new Date(at).toISOString()}, while ${session} was at work`,
    };
  }

  /** On the clock nobody can set. What was removed went at some time since the last look. */
  #changedBetween({ changedAt }: SeenPlace): readonly [number, number] {
    const now = this.#host.monotonic();
    if (changedAt === null) return [this.#lastLook, now];
    const at = now - (this.#host.now() - changedAt);
    return [at, at];
  }
}
