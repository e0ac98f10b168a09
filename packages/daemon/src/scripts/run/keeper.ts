// Whom a run belongs to that no agent asked for: the built-in agent `castellan`, which nobody can sign in as, and a session for
// that one run. Made at the first need; its calls are decided like anybody's.
import { type Agent, MAX_WAIT_SECONDS, type RunId, type ScriptName, type Session } from '@castellan/contract';
import { sessionRecord } from '../../records/index.ts';
import type { Calls, Parts } from '../../surfaces/index.ts';

const NAME = 'castellan';
/** No host waits for it that could give up: its questions are over when the approvals say so, and this is the most they can say. */
const WAITS_SECONDS = MAX_WAIT_SECONDS;

export interface KeeperHost {
  readonly parts: Pick<Parts, 'agents' | 'work' | 'records' | 'clock' | 'folders'>;
  readonly calls: Pick<Calls, 'endSession'>;
  /** Its servers end. */
  readonly closeSession: (session: Session['id']) => Promise<void>;
}

export class Keeper {
  readonly #host: KeeperHost;
  #making: Promise<Agent> | null = null;

  constructor(host: KeeperHost) {
    this.#host = host;
  }

  async session(run: RunId, script: ScriptName | null): Promise<Session> {
    const { work, records, clock, folders } = this.#host.parts;
    const agent = await this.#agent();
    const { session } = await work.session({
      agent: agent.id,
      externalId: run,
      cwd: folders.workspace(agent.id),
      interactive: false,
    });
    const title = script === null ? 'a script without a name' : `script ${script}`;
    await work.title(session.task, title);
    await records.record(sessionRecord(session, 'started', clock.now(), title));
    return session;
  }

  async end(session: Session, why: string): Promise<void> {
    await this.#host.calls.endSession(session, why);
    await this.#host.closeSession(session.id);
  }

  async #agent(): Promise<Agent> {
    const known = this.#known();
    if (known !== undefined) return known;
    this.#making ??= this.#make().finally(() => {
      this.#making = null;
    });
    return this.#making;
  }

  #known(): Agent | undefined {
    return this.#host.parts.agents.list().find(({ kind, revokedAt }) => kind === 'castellan' && revokedAt === null);
  }

  /** Its credential is not even looked at: whoever would be it has none. */
  async #make(): Promise<Agent> {
    const { agents, records, clock } = this.#host.parts;
    const { agent } = await agents.connect({
      kind: 'castellan',
      name: NAME,
      watched: [],
      hookTimeoutSeconds: WAITS_SECONDS,
    });
    const text = 'runs of people and schedules belong to it';
    await records.record({ kind: 'agent', at: clock.now(), agent: agent.id, change: 'connected', by: NAME, text });
    return agent;
  }
}
