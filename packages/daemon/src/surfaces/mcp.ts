// The gate as MCP clients meet it: what is absent, what is decided, what may leave. INVARIANT: it decides nothing itself: a
// call takes the road, and the only other yes is the one the road gave to this agent's hook for this very call.
import { refusalText } from '@castellan/agents';
import type { AgentId, CallId, Decision, JsonValue, Session } from '@castellan/contract';
import type { McpAttempt, McpGate, McpOutcome } from '@castellan/gateway';
import { isDenied, toolOf } from '@castellan/policy';
import { namesTaken } from '../exits/index.ts';
import type { Refusals } from '../records/index.ts';
import { WORKSPACE_MODULE } from '../workspace/index.ts';
import type { Calls } from './calls.ts';
import type { Given } from './outcome.ts';
import type { Parts } from './parts.ts';
import { givenIn } from './secrets-in.ts';

/** Longest what a refusal is written down with: beyond it nobody reads. */
const MOST = 300;

/** The folder that a module's server stands in: what is decided of a relative path is about the file it will touch. */
export type CwdOf = (module: string, workspace: string) => string;

export class McpSurface implements McpGate {
  readonly #parts: Parts;
  readonly #calls: Calls;
  readonly #refusals: Refusals;
  readonly #cwdOf: CwdOf;
  /** What a call gave is looked through here, and not again on its way to the wire. */
  readonly #kept: Parameters<typeof givenIn>[0];

  constructor(parts: Parts, calls: Calls, refusals: Refusals, cwdOf: CwdOf) {
    this.#cwdOf = cwdOf;
    this.#parts = parts;
    this.#calls = calls;
    this.#refusals = refusals;
    const { redactor, exits } = parts;
    this.#kept = { redactor, exits: { value: exits.keep } };
  }

  get version(): number {
    return this.#parts.exits.version;
  }

  offers(session: Session, module: string, tool: string): boolean {
    const { policy } = this.#parts.policy;
    // Our own tools for files and commands stand in for an agent's own: one that has its own is not given more.
    if (module === WORKSPACE_MODULE && this.#parts.agents.get(session.agent)?.tools !== true) return false;
    return !isDenied(policy, toolOf(policy, module, tool));
  }

  async decide(attempt: McpAttempt, signal: AbortSignal): Promise<Decision> {
    const { session, module, tool, arguments: given, script, under } = attempt;
    const joined = signal.aborted ? null : this.#joined(attempt);
    if (joined !== null) return joined;
    const decision = await this.#calls.check(
      {
        session,
        module,
        tool,
        arguments: given,
        cwd: this.#cwdOf(module, session.workspace),
        origin: script === undefined ? 'mcp' : 'script',
        script,
        ...under,
      },
      signal,
    );
    return decision.kind === 'refused' ? { ...decision, message: refusalText(decision) } : decision;
  }

  /** @throws when the result cannot be looked through: then nothing of it leaves. */
  async finish(agent: AgentId, call: CallId, outcome: McpOutcome): Promise<JsonValue | undefined> {
    const { status, text, durationMs, result } = outcome;
    const told = { status, durationMs, ...(text !== undefined && { text }) };
    let given: Given;
    try {
      given = await this.#given(result, text);
    } catch {
      const why = 'what it gave could not be looked through for secrets, so it is held back';
      await this.#record(agent, call, { ...told, text: why, given: { shown: undefined, names: [] } });
      throw new Error(why);
    }
    await this.#record(agent, call, { ...told, ...(result !== undefined && { result }), given });
    return given.shown;
  }

  hide<T extends JsonValue>(value: T): T {
    return this.#parts.exits.keep(value) as T;
  }

  refused(agent: AgentId, what: string, why: string): void {
    const { redactor } = this.#parts;
    // Redacted before it is cut: half a secret is not recognised any more.
    const [shown, told] = [what, why].map((text) => redactor.text(text).slice(0, MOST).toWellFormed());
    this.#refusals.note(`agent:${agent}`, `mcp ${shown ?? ''}`, told ?? '');
  }

  /** The world may have moved between the hook's yes and now: then it is asked about again, as it is. */
  #joined({ session, module, tool, arguments: given, hookCall }: McpAttempt): Decision | null {
    const { agent, workspace } = session;
    if (hookCall === undefined || this.#parts.canaries.frozen(agent) !== null) return null;
    if (!this.offers(session, module, tool)) return null;
    const cwd = this.#cwdOf(module, workspace);
    // Each client writes its own: another one that writes it was told to.
    if (this.#parts.agents.get(agent)?.kind !== hookCall.client) return null;
    return this.#calls.join(agent, hookCall.id, { module, tool, arguments: given, cwd, workspace });
  }

  /** In steps where it is long: a server says what it likes. */
  async #given(result: JsonValue | undefined, text: string | undefined): Promise<Given> {
    const { exits, redactor } = this.#parts;
    const written = result === undefined ? '' : JSON.stringify(result);
    const shown = await exits.ahead(written);
    if (shown === null) return givenIn(this.#kept, result, text);
    const taken = namesTaken(Buffer.from(written), Buffer.from(JSON.stringify(shown)));
    // Where nothing of it could stay, no name stands there either.
    const names = taken.length > 0 ? taken : redactor.mentions(written);
    return { shown, names: [...new Set([...names, ...(text === undefined ? [] : redactor.mentions(text))])] };
  }

  async #record(agent: AgentId, call: CallId, outcome: Parameters<Calls['ran']>[2]): Promise<void> {
    // It has run: what came of it is told to the agent even where it cannot be kept.
    await this.#calls.ran(agent, call, outcome).catch(() => undefined);
  }
}
