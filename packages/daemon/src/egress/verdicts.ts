// Which connections of a session were let through, and for how long that stands. The first one to a host is a call on the one road;
// others follow it. INVARIANT: what may not begin any more does not go on either: a freeze, a revoked agent, an ended session, a grant that
// is over and a policy that says something stricter end what is open.
import type { AgentId, CallId, Decision, GrantId, Reason, Session } from '@castellan/contract';
import { type Asked, destinationOf, type Passage, placeOf, type Refusal } from '@castellan/gateway';
import type { CallDraft, Calls, Parts } from '../surfaces/index.ts';
import { sessionAtWork } from '../work/index.ts';
import { listingOf, mayBePrivate, privateFault, type Tool } from './listing.ts';

export interface VerdictsHost {
  readonly parts: Parts;
  readonly calls: Pick<Calls, 'check' | 'foresee' | 'ran'>;
}

/** A place that may be reached, by a call that was decided. */
export interface Decided {
  readonly agent: AgentId;
  readonly session: Session;
  readonly call: CallId;
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
}

interface Standing {
  readonly agent: AgentId;
  readonly session: Session;
  readonly place: Place;
  readonly call: CallId;
  readonly since: number;
  /** allow: the policy lets it; else somebody, or a grant, let this through. */
  readonly by: 'policy' | 'person' | GrantId;
  /** Rules that asked for more, as whoever let it through was told. */
  readonly under: ReadonlySet<string>;
  readonly privately: boolean;
  readonly ends: AbortController;
  open: number;
}

type Place = Pick<Asked, 'host' | 'port' | 'isAddress'>;

interface Waiting {
  readonly answer: Promise<Standing | Refusal>;
  readonly gone: AbortController;
  count: number;
}

/** So long one verdict stands for further connections to the same place. */
const STANDS_MS = 10 * 60_000;
/** How soon what may not go on is ended. */
const SWEEP_MS = 100;
/** How often the policy is asked again though nothing was seen to change. */
const ASK_AGAIN_MS = 5000;
const MOST_REFUSED = 4096;
/** Where an agent that makes no calls has its connections. */
const SESSION = 'network';
const MODULE = 'network';

const RULES: ReadonlySet<string> = new Set(['critical-rule', 'strict-rule']);
const isRule = ({ source }: Reason): boolean => RULES.has(source);
const rulesOf = (reasons: readonly Reason[]): ReadonlySet<string> =>
  new Set(reasons.filter(isRule).map(({ id }) => id));

const refused = (why: string, hint: string): Refusal => ({ kind: 'refused', why, hint });
const keyOf = (session: Session, place: Place): string => `${session.id} ${placeOf(place)}`;

export class Verdicts implements Disposable {
  readonly #host: VerdictsHost;
  /** The latest of each session and place. */
  readonly #latest = new Map<string, Standing>();
  /** With the older ones over which something still goes. */
  readonly #standing = new Set<Standing>();
  readonly #waiting = new Map<string, Waiting>();
  /** What was refused, under which policy and grants: asked again only when one of them is another. */
  readonly #refused = new Map<string, { readonly under: string; readonly refusal: Refusal; readonly until: number }>();
  readonly #stop: () => void;
  #judged = { policy: '', at: 0 };

  constructor(host: VerdictsHost) {
    this.#host = host;
    const { clock, agents } = host.parts;
    this.#stop = clock.every(SWEEP_MS, () => this.sweep());
    agents.onChange(() => this.sweep());
  }

  /** Decides whether an agent reaches a place; `gone` ends when nobody waits any more. */
  async ask(agent: AgentId, asked: Asked, gone: AbortSignal): Promise<Passage | Refusal> {
    const held = this.#held(agent);
    if (held !== null) return held;
    const privately = mayBePrivate(this.#config, asked);
    const near = privately ? null : privateFault(asked);
    if (near !== null) return near;
    const session = await sessionAtWork(this.#host.parts, agent, asked.user, SESSION);
    const known = this.#latest.get(keyOf(session, asked));
    if (known !== undefined && this.#isFresh(known) && this.#fault(known, true) === null) return this.#passage(known);
    const told = this.#remembered(session, asked);
    if (told !== null) return told;
    const answer = await this.#decided(agent, session, asked, gone);
    if ('why' in answer) return answer;
    // A person may have taken minutes.
    const moved = this.#held(agent) ?? this.#over(answer);
    if (moved === null) return this.#passage(answer, true);
    await this.#ran(agent, answer.call, moved.why);
    return moved;
  }

  /** A call that a person or the policy let through says where it goes: nobody is asked about that again. */
  allow({ agent, session, call, hosts }: Decided): void {
    for (const { host, port } of hosts) {
      const place = destinationOf(host, port);
      if (place === null) continue;
      const { reasons } = this.#host.calls.foresee(draftOf(session, this.#tool(agent, place), place));
      this.#keep({ agent, session, place, call, by: 'person', under: rulesOf(reasons) });
    }
  }

  /** Connections that are open now. */
  get goesOn(): number {
    return [...this.#standing].reduce((sum, { open }) => sum + open, 0);
  }

  /** Ends what may not go on, and forgets what nobody uses. */
  sweep(): void {
    if (this.#standing.size === 0) return;
    const { clock, policy } = this.#host.parts;
    const now = clock.monotonic();
    const isDue = this.#judged.policy !== policy.policy.digest || now - this.#judged.at >= ASK_AGAIN_MS;
    if (isDue) this.#judged = { policy: policy.policy.digest, at: now };
    for (const standing of this.#standing) {
      // What nobody uses is looked at when somebody asks for it again.
      if (standing.open === 0 && !isDue) continue;
      const why = this.#fault(standing, isDue);
      if (why !== null) standing.ends.abort(why);
      if (why !== null || (standing.open === 0 && !this.#isFresh(standing))) this.#forget(standing);
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
    for (const { ends } of this.#standing) ends.abort('Castellan is stopping');
    for (const { gone } of this.#waiting.values()) gone.abort();
  }

  get #config() {
    return this.#host.parts.policy.policy.config;
  }

  #held(agent: AgentId): Refusal | null {
    const { agents, canaries, records } = this.#host.parts;
    const known = agents.get(agent);
    if (known === null || known.revokedAt !== null)
      return refused('this agent is not connected any more', 'stop here and tell the user');
    if (canaries.frozen(agent) !== null)
      return refused('this agent is frozen: a person has to look at what it did', 'stop here and tell the user');
    if (records.failed !== null)
      return refused('nothing can be recorded now, so nothing is reached', 'free some disk space');
    return null;
  }

  #over({ ends }: Standing): Refusal | null {
    return ends.signal.aborted ? refused(String(ends.signal.reason), 'ask again') : null;
  }

  #isFresh({ since }: Standing): boolean {
    return this.#host.parts.clock.monotonic() - since < STANDS_MS;
  }

  /** One question for all that wait for the same place; it is withdrawn when the last of them has gone. */
  async #decided(agent: AgentId, session: Session, place: Asked, gone: AbortSignal): Promise<Standing | Refusal> {
    const key = keyOf(session, place);
    let waiting = this.#waiting.get(key);
    if (waiting === undefined || waiting.gone.signal.aborted) {
      const controller = new AbortController();
      const made: Waiting = {
        gone: controller,
        count: 0,
        answer: this.#decide(agent, session, place, controller.signal),
      };
      waiting = made;
      this.#waiting.set(key, made);
      const end = (): void => {
        if (this.#waiting.get(key) === made) this.#waiting.delete(key);
      };
      made.answer.then(end, end);
    }
    const { answer, gone: withdraw } = waiting;
    const shared = waiting;
    shared.count += 1;
    const leave = (): void => {
      shared.count -= 1;
      if (shared.count === 0) withdraw.abort();
    };
    gone.addEventListener('abort', leave, { once: true });
    if (gone.aborted) leave();
    try {
      return await answer;
    } finally {
      gone.removeEventListener('abort', leave);
    }
  }

  async #decide(agent: AgentId, session: Session, place: Asked, signal: AbortSignal): Promise<Standing | Refusal> {
    const tool = this.#tool(agent, place);
    if (tool === 'connect' && this.#config.network.newHosts === 'deny')
      return refused(
        `${placeOf(place)} is not listed, and new hosts are refused (\`network.newHosts\`)`,
        'a person lists it in `network.allow` of config.yaml',
      );
    const under = this.#under(agent);
    const draft = draftOf(session, tool, place);
    const decision = await this.#host.calls.check(draft, signal);
    if (decision.kind !== 'run') return this.#refuse(session, place, under, decision);
    if (decision.arguments.host !== placeOf(place)) {
      const why = 'a person changed where this goes';
      await this.#ran(agent, decision.call, why);
      return refused(why, `ask for ${String(decision.arguments.host).slice(0, 100)} instead`);
    }
    const [first] = decision.reasons;
    const by = decision.by === 'grant' && first?.source === 'grant' ? (first.id as GrantId) : null;
    return this.#keep({
      agent,
      session,
      place,
      call: decision.call,
      by: by ?? (decision.by === 'auto-allowed' ? 'policy' : 'person'),
      under: rulesOf(decision.reasons),
    });
  }

  #tool(agent: AgentId, place: Place): Tool {
    const known = this.#host.parts.agents.get(agent);
    return known === null ? 'connect' : listingOf(this.#config, known, place);
  }

  #keep(made: Pick<Standing, 'agent' | 'session' | 'place' | 'call' | 'by' | 'under'>): Standing {
    const standing: Standing = {
      ...made,
      since: this.#host.parts.clock.monotonic(),
      privately: mayBePrivate(this.#config, made.place),
      ends: new AbortController(),
      open: 0,
    };
    this.#latest.set(keyOf(made.session, made.place), standing);
    this.#standing.add(standing);
    return standing;
  }

  #forget(standing: Standing): void {
    this.#standing.delete(standing);
    const key = keyOf(standing.session, standing.place);
    if (this.#latest.get(key) === standing) this.#latest.delete(key);
  }

  #passage(standing: Standing, isFirst = false): Passage {
    const { session, call, privately, ends, agent } = standing;
    standing.open += 1;
    let isOver = false;
    return {
      kind: 'go',
      mayBePrivate: privately,
      standing: ends.signal,
      noted: { session: session.id, ...(isFirst && { call }) },
      reached: (why) => {
        if (isFirst) void this.#ran(agent, call, why);
      },
      over: () => {
        if (!isOver) standing.open -= 1;
        isOver = true;
      },
    };
  }

  /** Why it may not stand any more. @param anew whether the policy is asked as well. */
  #fault(standing: Standing, anew: boolean): string | null {
    const { agent, session, by } = standing;
    const { limits, work, grants, clock } = this.#host.parts;
    const held = this.#held(agent);
    if (held !== null) return held.why;
    const isByPolicy = by === 'policy';
    if (work.get(session.id) === null) {
      if (!isByPolicy) return 'its session is over, and with it what was let through in it';
      // Nothing counts a session that is over any more.
      return this.#policyFault(standing);
    }
    if (!isByPolicy && by !== 'person') {
      const grant = grants.candidates({ agent, tool: 'connect' }).find(({ id }) => id === by);
      // Used up is not over: it was used for this.
      if (grant !== undefined && (grant.revokedAt !== null || grant.expiresAt <= clock.now()))
        return 'the grant that allowed it is over';
    }
    const stopped = limits.stopped(session);
    if (stopped !== null) return `${stopped}: this session was stopped`;
    const isAsked = anew || limits.isHeld(agent, 'paused');
    return isAsked ? this.#policyFault(standing) : null;
  }

  /** What the policy says of it now, where that is less than it said. */
  #policyFault({ agent, session, place, by, under, privately }: Standing): string | null {
    const isByPolicy = by === 'policy';
    if (privately && !mayBePrivate(this.#config, place)) return '`network.privateHosts` does not list it any more';
    const tool = this.#tool(agent, place);
    if (tool === 'connect' && isByPolicy) return 'it is not listed any more';
    if (tool === 'connect' && this.#config.network.newHosts === 'deny')
      return 'new hosts are refused now (`network.newHosts`)';
    const { outcome, reasons } = this.#host.calls.foresee(draftOf(session, tool, place));
    // What a client needs goes on while its session only waits for a person: it could not even say so otherwise.
    const stays = outcome === 'allow' || (outcome !== 'deny' && (!isByPolicy || tool === 'connect-client'));
    if (!stays) return reasons[0]?.text ?? 'the policy does not allow it any more';
    // INVARIANT: nobody said yes to what a rule says only now, of another policy or of what the task has read since.
    const rules = tool === 'connect-client' ? [] : reasons.filter(isRule);
    return rules.find(({ id }) => !under.has(id))?.text ?? null;
  }

  /** What a refusal depends on, but for the call itself. */
  #under(agent: AgentId): string {
    const { policy, grants } = this.#host.parts;
    return [policy.policy.digest, ...grants.candidates({ agent, tool: 'connect' }).map(({ id }) => id)].join(' ');
  }

  #remembered(session: Session, place: Place): Refusal | null {
    const key = keyOf(session, place);
    const known = this.#refused.get(key);
    if (known === undefined) return null;
    const stands = known.under === this.#under(session.agent) && this.#host.parts.clock.monotonic() < known.until;
    if (!stands) this.#refused.delete(key);
    return stands ? known.refusal : null;
  }

  /** Kept, so that a client which tries again and again asks a person once. */
  #refuse(session: Session, place: Place, under: string, decision: Exclude<Decision, { kind: 'run' }>): Refusal {
    const [first] = decision.kind === 'ask' ? [] : decision.reasons;
    const by = decision.kind === 'refused' ? decision.by : 'rule';
    const said =
      by === 'user-denied'
        ? 'a person said no'
        : by === 'timeout'
          ? 'nobody answered in time'
          : by === 'cancelled'
            ? 'it was cancelled'
            : (first?.text ?? 'it was not let through');
    const hint = first?.remedy !== undefined && by === 'rule' ? first.remedy : 'tell the user; do not try another way';
    const noted = { session: session.id, call: decision.call };
    const refusal = { ...refused(`${placeOf(place)}: ${said}`, hint), noted };
    if (decision.kind === 'refused' && decision.refusal !== 'cancelled' && decision.refusal !== 'not-recorded') {
      const [oldest] = this.#refused.keys();
      if (this.#refused.size >= MOST_REFUSED && oldest !== undefined) this.#refused.delete(oldest);
      const stands = by === 'timeout' ? STANDS_MS : Number.POSITIVE_INFINITY;
      const until = this.#host.parts.clock.monotonic() + stands;
      this.#refused.set(keyOf(session, place), { under, refusal, until });
    }
    return refusal;
  }

  async #ran(agent: AgentId, call: CallId, why: string | null): Promise<void> {
    const given = { shown: undefined, names: [] };
    const text = why === null ? {} : { text: why };
    await this.#host.calls.ran(agent, call, { status: why === null ? 'succeeded' : 'failed', ...text, given });
  }
}

const draftOf = (session: Session, tool: Tool, place: Place): CallDraft => ({
  session,
  module: MODULE,
  tool,
  arguments: { host: placeOf(place) },
  cwd: session.workspace,
  origin: 'api',
  unasked: true,
  wayOut: true,
});
