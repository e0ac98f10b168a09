// Agents proven through their real clients: one at a time, in the background, each run of a client bounded. What each came to is kept,
// recorded and raised as an alarm where the agent may not be held (K6).
import type { VerifyBench } from '@castellan/agents';
import type { Agent, AgentId, AlarmKind, Standing, Verification, VerifyCheck } from '@castellan/contract';
import type { Parts } from '../surfaces/index.ts';
import { type BenchHost, withBench } from './bench.ts';
import { type Due, dueOf, entriesOf, isAnother } from './due.ts';
import type { Installed, InstalledClients } from './installed.ts';
import { KeptVerifications } from './kept.ts';

export interface VerificationHost extends BenchHost {
  readonly parts: Pick<
    Parts,
    'agents' | 'records' | 'search' | 'clock' | 'desk' | 'store' | 'alarms' | 'events' | 'exits' | 'policy'
  >;
  readonly installed: Pick<InstalledClients, 'of'>;
}

const LOOK_MS = 10 * 60_000;
/** Checks of one agent; a connector has two dozen. */
const MOST_CHECKS = 200;
const HINT = 'run `castellan verify`; until it holds end the agent, or use it as one that is not held';
/** What was proven is not what counts while one of these is open. */
const NOT_IN_FORCE: ReadonlySet<AlarmKind> = new Set<AlarmKind>(['hooks-missing', 'hooks-disabled', 'hooks-bypassed']);
/** Whose tools nobody can verify: scripts and the call of set-up. */
const NOT_ONES: ReadonlySet<Agent['kind']> = new Set<Agent['kind']>(['castellan']);

export type Began =
  | { readonly kind: 'begun'; readonly verification: Verification }
  | { readonly kind: 'refused'; readonly why: string; readonly hint: string };

/** What the last verification of an agent came to. */
export interface Proof {
  readonly agent: AgentId;
  readonly name: string;
  readonly state: 'never' | Verification['state'];
  readonly text: string;
  /** Why it should be proven again; empty: no reason. */
  readonly due: string;
  /** When it came to that; null: it runs, or never did. */
  readonly at: number | null;
}

export class Verifications implements AsyncDisposable {
  readonly #host: VerificationHost;
  readonly #kept: KeptVerifications;
  readonly #installed: VerificationHost['installed'];
  /** The last of each agent, or the one that runs. */
  readonly #last = new Map<AgentId, Verification>();
  readonly #stopping = new AbortController();
  #line: Promise<void> = Promise.resolve();

  private constructor(host: VerificationHost) {
    this.#host = host;
    this.#kept = new KeptVerifications(host.parts.store);
    this.#installed = host.installed;
  }

  static async open(host: VerificationHost): Promise<Verifications> {
    const made = new Verifications(host);
    for (const verification of await made.#kept.all()) {
      const { agent } = verification;
      if (host.parts.agents.get(agent)?.revokedAt !== null) {
        await made.forget(agent);
        continue;
      }
      made.#last.set(agent, verification);
      made.#raise(verification);
    }
    return made;
  }

  /** Looks now and then from now on; the first time not before agents that were started with the machine have begun. */
  begin(): Disposable {
    const stop = this.#host.parts.clock.every(LOOK_MS, () => void this.look().catch(() => undefined));
    return { [Symbol.dispose]: stop };
  }

  /** Begins what is due by itself, at most one: the others' turn comes with the next looks. */
  async look(): Promise<void> {
    for (const agent of this.#agents()) {
      const installed = await this.#installed.of(agent.id);
      if (installed === null || installed.connector.verify === null) continue;
      const version = versionOf(installed);
      if (isAnother({ verification: this.#last.get(agent.id) ?? null, version }))
        this.#host.parts.alarms.raise(
          'unproven',
          agent.id,
          `${installed.connector.title} ${version} is not the version that agent \`${agent.name}\` was proven with`,
          'run `castellan verify`',
        );
      if (this.#isBusy || agent.frozen !== null || !this.#due(agent.id, installed).unasked) continue;
      if ((await this.start(agent.id)).kind === 'begun') return;
    }
  }

  /** Answers at once; the one that runs already is the answer too. */
  async start(id: AgentId): Promise<Began> {
    const { agents, clock } = this.#host.parts;
    const running = this.#last.get(id);
    if (running?.state === 'running') return { kind: 'begun', verification: running };
    const agent = agents.get(id);
    const installed = await this.#installed.of(id);
    if (agent === null || agent.revokedAt !== null || installed === null)
      return refused('nothing is on record of how it was connected', 'run `castellan connect` for it');
    const { connector, client } = installed;
    if (connector.verify === null)
      return refused(`${connector.title} is started by a person only, so it cannot be proven`, 'try a call in it');
    if (agent.frozen !== null) return refused('it is frozen: nothing it asks for runs', 'run `castellan thaw`');
    if (client === null) return refused(`${connector.title} is not there any more`, 'install it, or disconnect it');
    if (!client.ok) return refused(client.fault.message, client.fault.hints[0] ?? 'connect it again');
    const { version } = client.value;
    const begun: Verification = {
      ...{ agent: id, state: 'running', version, entries: entriesOf(installed.connection) },
      ...{ startedAt: clock.now(), endedAt: null, checks: [] },
      text: this.#isBusy ? 'another agent is proven first' : 'canaries run through the real client',
    };
    this.#set(begun);
    const done = this.#line.then(() => this.#run(agent, installed, begun)).catch(() => undefined);
    this.#line = done;
    return { kind: 'begun', verification: begun };
  }

  async standings(): Promise<readonly Standing[]> {
    return Promise.all(this.#agents().map((agent) => this.#standing(agent)));
  }

  /** Of those that can be proven. */
  async proofs(): Promise<readonly Proof[]> {
    const found = await Promise.all(
      this.#agents().map(async ({ id, name }) => {
        const installed = await this.#installed.of(id);
        if (installed === null || installed.connector.verify === null) return [];
        const { state = 'never', text = '', endedAt: at = null } = this.#last.get(id) ?? {};
        return [{ agent: id, name, state, text, due: this.#due(id, installed).text, at } as const];
      }),
    );
    return found.flat();
  }

  /** The agent is gone, and with it what was known of it. */
  async forget(agent: AgentId): Promise<void> {
    this.#last.delete(agent);
    await this.#kept.remove(agent);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#line;
  }

  get #isBusy(): boolean {
    return [...this.#last.values()].some(({ state }) => state === 'running');
  }

  #agents(): readonly Agent[] {
    return this.#host.parts.agents.list().filter(({ revokedAt, kind }) => revokedAt === null && !NOT_ONES.has(kind));
  }

  #due(agent: AgentId, installed: Installed): Due {
    const { clock, policy, alarms } = this.#host.parts;
    const { verify: config } = policy.policy.config;
    const verification = this.#last.get(agent) ?? null;
    const open = alarms.open().find((each) => each.agent === agent && NOT_IN_FORCE.has(each.kind));
    return dueOf({
      ...{ verification, version: versionOf(installed), entries: entriesOf(installed.connection) },
      ...{ alarm: open?.text ?? null, config, now: clock.now() },
    });
  }

  async #standing({ id, name }: Agent): Promise<Standing> {
    const installed = await this.#installed.of(id);
    const verification = this.#last.get(id) ?? null;
    if (installed === null) {
      const nothing = { connector: null, scope: null, mode: null, version: null, known: false, gaps: [], due: '' };
      return { ...nothing, agent: id, title: name, verification };
    }
    const { connector, connection } = installed;
    const { scope, mode, ownTools } = connection;
    const version = versionOf(installed);
    return {
      ...{ agent: id, connector: connector.name, title: connector.title, scope, mode, version, verification },
      known: version !== null && connector.known.includes(version),
      gaps: [...connector.gaps(scope, mode, ownTools)],
      due: connector.verify === null ? '' : this.#due(id, installed).text,
    };
  }

  async #run(agent: Agent, { connector, connection, client }: Installed, begun: Verification): Promise<void> {
    const { verify } = connector;
    const { clock } = this.#host.parts;
    const { signal } = this.#stopping;
    if (verify === null || client?.ok !== true || signal.aborted) return;
    const checks: VerifyCheck[] = [];
    const shown = (): Verification => ({ ...begun, text: '', checks: this.#hidden(checks) });
    let why: string | null;
    try {
      const subject = { agent, connector, connection, client: client.value };
      const told = (check: VerifyCheck): void => {
        checks.push(check);
        this.#set(shown());
      };
      const work = async (bench: VerifyBench): Promise<void> => {
        for await (const check of verify(bench)) {
          if (signal.aborted) break;
          if (checks.length === MOST_CHECKS) throw new Error(`there were more than ${MOST_CHECKS} checks`);
          told(check);
        }
      };
      why = await withBench(this.#host, subject, signal, work, told);
    } catch (error) {
      why = error instanceof Error ? error.message : 'it failed';
    }
    if (signal.aborted) return;
    await this.#ended({ ...shown(), endedAt: clock.now() }, why);
  }

  async #ended(run: Verification, why: string | null): Promise<void> {
    const { records, exits, clock, agents } = this.#host.parts;
    const failed = run.checks.filter(({ ok }) => !ok);
    const nothing = why ?? (run.checks.length === 0 ? 'not one check was made' : null);
    const many = `${run.checks.length} checks`;
    const told =
      failed.length > 0
        ? [
            `${failed.length} of ${many} failed: ${failed.map(({ title }) => title).join('; ')}`,
            ...(why ? [why] : []),
          ].join('; ')
        : (nothing ?? `${many}, all held`);
    const state = failed.length > 0 ? 'not-held' : nothing === null ? 'held' : 'failed';
    const text = exits.text(told).slice(0, 2000).toWellFormed();
    const { agent, version } = run;
    if (agents.get(agent)?.revokedAt !== null) return this.forget(agent);
    const done: Verification = { ...run, state, text };
    // In force at once; a disk that is full raises its own alarm.
    this.#set(done);
    this.#raise(done);
    await Promise.allSettled([
      records.record({ kind: 'verification', at: clock.now(), agent, version, held: state === 'held', text }),
      this.#kept.put(done),
    ]);
  }

  #raise({ agent, state, text }: Verification): void {
    const { alarms, agents } = this.#host.parts;
    switch (state) {
      case 'running':
        return;
      case 'held':
        alarms.end('not-held', agent);
        alarms.end('unproven', agent);
        return;
      case 'not-held':
      case 'failed': {
        const name = `agent \`${agents.get(agent)?.name ?? agent}\``;
        const what = state === 'failed' ? 'could not be proven' : 'is not held';
        alarms.raise('not-held', agent, `${name} ${what}: ${text}`.slice(0, 500).toWellFormed(), HINT);
      }
    }
  }

  /** What a client printed may hold anything. */
  #hidden(checks: readonly VerifyCheck[]): VerifyCheck[] {
    return this.#host.parts.exits.value(JSON.parse(JSON.stringify(checks))) as unknown as VerifyCheck[];
  }

  #set(verification: Verification): void {
    this.#last.set(verification.agent, verification);
    this.#host.parts.events.publish({ kind: 'changed', what: 'agents' });
  }
}

const refused = (why: string, hint: string): Began => ({ kind: 'refused', why, hint });

const versionOf = ({ client }: Installed): string | null => (client?.ok === true ? client.value.version : null);
