// One action that stops everything (R3): denying first, in the step that declares it; then what is open is cut, and what anybody
// could come back with is taken away. INVARIANT: no step waits for another, and one that fails keeps no other from being done;
// declared again it does all of it again.
import {
  type Actor,
  type Affected,
  type Agent,
  type AgentId,
  type ApiToken,
  actorName,
  type Incident,
  type SignInId,
  type Stopped,
  type StopStep,
} from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Incidents } from '../incidents/index.ts';
import type { Standstill } from './standstill.ts';

type Named<Kind extends keyof Affected> = Affected[Kind];

/** What can be stopped, each as the room that holds it offers it. */
export interface PanicRooms {
  readonly agents: {
    list(): readonly Agent[];
    freeze(id: AgentId, why: string): Promise<unknown>;
  };
  readonly disconnect: (id: AgentId, by: Actor) => Promise<unknown>;
  readonly approvals: { denyAll(why: string): Promise<number> };
  /** Cut in the step in which they are called; each says how many it met. */
  readonly cut: {
    network(): number;
    runs(): number;
    terminals(): number;
  };
  readonly people: {
    /** Every sign-in but this one, whatever was begun, and the key of what was signed. Who they were of. */
    endAll(keep: SignInId | null, by: string): Promise<Named<'people'>>;
  };
  readonly tokens: { revokeAll(by: Actor): Promise<readonly Pick<ApiToken, 'name'>[]> };
  /** One that cannot be stopped keeps no other from it: what was taken is told as it is, and what was not is thrown at the end. */
  readonly scripts: { disableAll(by: Actor, took: (each: Named<'scripts'>[number]) => void): Promise<void> };
  readonly schedules: { pauseAll(by: string, took: (each: Named<'schedules'>[number]) => void): Promise<void> };
  readonly processes: { kill(): Promise<number> };
}

export interface PanicHost extends PanicRooms {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly standstill: Standstill;
  readonly incidents: Incidents;
  readonly alarm: (text: string) => void;
  /** As it may be shown. */
  readonly shown: (text: string) => string;
}

export interface Declared {
  readonly incident: Incident;
  readonly deniedAfterMs: number;
  readonly doneAfterMs: number;
}

export interface Wish {
  readonly kill: boolean;
  readonly note?: string | undefined;
  /** Of whoever declares it: they are not thrown out of what they act in. */
  readonly keep: SignInId | null;
}

export const PANIC = 'a panic was declared';
const OFFLINE: Actor = { kind: 'local-cli' };

interface Cut {
  readonly freezing: Promise<unknown>;
  readonly network: number;
  readonly runs: number;
  readonly terminals: number;
}

export class Panic {
  readonly #host: PanicHost;
  /** One after another: each finds what the one before left. Denying never waits. */
  #turn: Promise<unknown> = Promise.resolve();
  #deniedAt = 0;
  #cut: Cut = { freezing: Promise.resolve(), network: 0, runs: 0, terminals: 0 };

  constructor(host: PanicHost) {
    this.#host = host;
    host.standstill.onDeclare(() => {
      this.#deniedAt = host.clock.monotonic();
      this.#cut = this.#cutAll();
    });
    host.standstill.onElsewhere(() => void this.#finish(OFFLINE, OFFLINE_WISH).catch(() => undefined));
  }

  /** At a start: what was declared while nobody answered, or was not done to its end, is done now. */
  async begin(): Promise<void> {
    const { standstill, incidents } = this.#host;
    if (!standstill.isInForce) return;
    this.#tell();
    const open = incidents.ofPanic;
    if (open !== null && open.did.length > 0 && !standstill.isAnew) return;
    this.#cut = this.#cutAll();
    await this.#finish(OFFLINE, OFFLINE_WISH);
  }

  async declare(by: Actor, wish: Wish): Promise<Declared> {
    const { clock, standstill } = this.#host;
    const since = clock.monotonic();
    standstill.declare(`${PANIC} by ${actorName(by)}`);
    const deniedAfterMs = this.#deniedAt - since;
    const incident = await this.#finish(by, wish);
    return { incident, deniedAfterMs, doneAfterMs: clock.monotonic() - since };
  }

  #tell(): void {
    this.#host.alarm(`${PANIC}: nothing runs until a person ends it`);
  }

  #cutAll(): Cut {
    const { agents, cut } = this.#host;
    const met = (action: () => number): number => {
      try {
        return action();
      } catch {
        // Its own step says what was left: here nothing may keep the next one open.
        return 0;
      }
    };
    const open = agents.list().filter(({ revokedAt }) => revokedAt === null);
    // In memory in this very step, and with it everything that asks whether an agent is held.
    const freezing = Promise.all(open.map(({ id }) => agents.freeze(id, PANIC)));
    freezing.catch(() => undefined);
    return { freezing, network: met(cut.network), runs: met(cut.runs), terminals: met(cut.terminals) };
  }

  #finish(by: Actor, wish: Wish): Promise<Incident> {
    const turn = this.#turn.then(() => this.#doAll(by, wish));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #doAll(by: Actor, { kill, note, keep }: Wish): Promise<Incident> {
    const { incidents, standstill, agents, shown } = this.#host;
    const who = actorName(by);
    const cut = this.#cut;
    const id = incidents.ofPanic?.id ?? incidents.newId();
    const text = shown(note ?? PANIC).slice(0, 500);
    const faults: string[] = [];
    const write = (step: Parameters<Incidents['add']>[0]): Promise<unknown> =>
      incidents.add(step).catch((error: unknown) => faults.push(reasonOf(error)));
    const declared = write({ incident: id, change: 'declared', by: who, cause: 'panic', text });
    this.#tell();

    const connected = agents.list().filter(({ revokedAt, kind }) => revokedAt === null && kind !== 'castellan');
    const affected: Affected = {
      agents: connected.map(({ id: agent, name, kind }) => ({ id: agent, name, kind })),
      scripts: [],
      schedules: [],
      tokens: [],
      people: [],
    };
    const did = await Promise.all([
      this.#step('file', async () => {
        await standstill.keep();
        if (standstill.fileFault !== null) throw new Error(standstill.fileFault);
        return 1;
      }),
      this.#step('agents', async () => {
        await cut.freezing;
        await Promise.all(connected.map(({ id: agent }) => this.#host.disconnect(agent, by)));
        return connected.length;
      }),
      this.#step('approvals', () => this.#host.approvals.denyAll(PANIC)),
      this.#step('network', () => cut.network),
      this.#step('runs', () => cut.runs),
      this.#step('terminals', () => cut.terminals),
      this.#step('sign-ins', async () => {
        affected.people.push(...(await this.#host.people.endAll(keep, who)));
        return affected.people.length;
      }),
      this.#step('tokens', async () => {
        affected.tokens.push(...(await this.#host.tokens.revokeAll(by)).map(({ name }) => name));
        return affected.tokens.length;
      }),
      this.#step('scripts', async () => {
        await this.#host.scripts.disableAll(by, (each) => affected.scripts.push(each));
        return affected.scripts.length;
      }),
      this.#step('schedules', async () => {
        await this.#host.schedules.pauseAll(who, (each) => affected.schedules.push(each));
        return affected.schedules.length;
      }),
      ...(kill ? [this.#step('processes', () => this.#host.processes.kill())] : []),
    ]);
    await declared;
    const recorded = (): Stopped => ({ step: 'record', count: 1, failed: faults[0] ?? null });
    await write({ incident: id, change: 'stopped', by: who, did: [...did, recorded()], affected, text });
    const incident = incidents.get(id);
    if (incident === null) throw new Error('an incident that was just added is gone');
    return faults.length === 0 ? incident : { ...incident, did: [...did, recorded()] };
  }

  async #step(step: StopStep, action: () => number | Promise<number>): Promise<Stopped> {
    try {
      return { step, count: await action(), failed: null };
    } catch (error) {
      return { step, count: 0, failed: this.#host.shown(reasonOf(error)).slice(0, 300) };
    }
  }
}

const OFFLINE_WISH: Wish = { kill: false, keep: null };

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown error');
