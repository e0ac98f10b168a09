// The hooks of every agent, each event to what it means here; how it was said and how it is answered is the dialect's.
// INVARIANT: an event that carries a tool is answered with a refusal whenever anything about it is in doubt; a client runs what
// it is not told to block. INVARIANT: a dialect is for agents of its kind alone: what one client says for sure another makes up.
import {
  type HookAnswer,
  type HookDialect,
  type HookEvent,
  OWN_SERVER,
  type Subagent,
  safetyContext,
} from '@castellan/agents';
import {
  type AgentId,
  faultLine,
  MAX_INPUT_BYTES,
  type Session,
  type SessionId,
  type ToolRef,
} from '@castellan/contract';
import { sessionRecord } from '../records/index.ts';
import type { Calls } from './calls.ts';
import { implied } from './implied.ts';
import type { Given } from './outcome.ts';
import type { Parts } from './parts.ts';
import { whatRunSays } from './run-says.ts';
import { givenIn } from './secrets-in.ts';
import { type ToolOutput, toolOutput } from './tool-output.ts';

type PostToolUse = Extract<HookEvent, { kind: 'post-tool-use' }>;
type ToolEvent = Extract<HookEvent, { kind: 'pre-tool-use' | 'permission-request' }>;
export type Headers = { readonly [name: string]: string | undefined };

/** From what an agent calls a tool of our own endpoint to what it is, and the folder its paths mean; null: no tool of it is called so. */
export type GatewayTool = (
  shownAs: string,
  workspace: string,
  spelt: (name: string) => string,
) => (ToolRef & { readonly cwd: string }) | null;

/** What comes of the person's side and before the model's first word; the folder of anything later the model may have chosen. */
const TELLS_WORKSPACE: ReadonlySet<HookEvent['kind']> = new Set(['session-start', 'prompt']);

const asItIs = (name: string): string => name;

export interface HookHost {
  readonly parts: Parts;
  readonly calls: Calls;
  readonly gatewayTool: GatewayTool;
}

/** A body as it came. */
export interface HookInput {
  readonly body: unknown;
  readonly bytes: number;
  readonly headers: Headers;
}

export class HookSurface {
  readonly #parts: Parts;
  readonly #calls: Calls;
  readonly #host: HookHost;
  readonly #dialect: HookDialect;
  /** What once spoke against a session still does: its client took those settings up when it began. */
  readonly #faults = new Map<SessionId, string>();

  constructor(host: HookHost, dialect: HookDialect) {
    this.#parts = host.parts;
    this.#calls = host.calls;
    this.#host = host;
    this.#dialect = dialect;
  }

  async hook(agent: AgentId, { body, bytes, headers }: HookInput, signal: AbortSignal): Promise<HookAnswer> {
    const dialect = this.#dialect;
    const kind = this.#parts.agents.get(agent)?.kind;
    if (kind !== dialect.kind) return this.refuse(agent, body, `these are hooks of ${dialect.kind}, and it is ${kind}`);
    const parsed = dialect.parse(body, headers);
    if (!parsed.ok) return this.refuse(agent, body, parsed.faults.map(faultLine).join('; '));
    const event = parsed.value;
    if (bytes > MAX_INPUT_BYTES && event.kind !== 'post-tool-use')
      return this.refuse(agent, body, `the input is larger than ${MAX_INPUT_BYTES} bytes`);
    this.#lookAround(agent, body, [dialect.sent.input, dialect.sent.output]);
    const session = await this.#session(agent, event, headers);
    const fault = await this.#fault(session, event.cwd);
    if (fault !== null && ['pre-tool-use', 'permission-request', 'prompt', 'expansion'].includes(event.kind))
      return this.refuse(agent, body, fault);
    switch (event.kind) {
      case 'pre-tool-use':
        return this.#tool(session, event, body, signal);
      case 'permission-request':
        return this.#permission(session, event, signal);
      case 'post-tool-use':
        return this.#outcome(session, event, toolOutput(this.#parts, dialect, body));
      case 'prompt': {
        this.#parts.limits.prompt(session);
        this.#parts.decided.turn(session.id);
        this.#parts.traces.prompt(session, event.text);
        await this.#title(session, event.text);
        const no = await implied(this.#calls, session, event, event.uses, signal);
        return no === null ? dialect.nothing() : dialect.block(event, no);
      }
      case 'expansion': {
        const no = await this.#expanded(session, event, signal);
        return no === null ? dialect.nothing() : dialect.block(event, no);
      }
      case 'config-change': {
        // What the machine's owner sets cannot be held back; anything else may have been written by the agent itself.
        if (event.source === 'policy_settings') return dialect.nothing();
        this.#note(
          agent,
          `settings changed while a session runs, and count from the next one on: ${event.path ?? event.source}`,
        );
        return dialect.block(
          event,
          'castellan: settings that change while a session runs count from the next session on',
        );
      }
      case 'session-start':
        return dialect.context(event, this.#context(session, event.source === 'compact'));
      case 'subagent-start':
        await this.#record(session, 'subagent-started', `${event.subagent.type} ${event.subagent.id}`);
        return dialect.context(event, this.#context(session, false));
      case 'subagent-stop':
        await this.#record(session, 'subagent-ended', `${event.subagent.type} ${event.subagent.id}`);
        return dialect.nothing();
      case 'session-end':
        this.#faults.delete(session.id);
        await this.#calls.endSession(session, `the session ended (${event.reason})`);
        return dialect.nothing();
      case 'other':
        return dialect.nothing();
    }
  }

  /** Input no call could be made of: refused in the client's own words and recorded. */
  refuse(agent: AgentId, body: unknown, told: string): HookAnswer {
    const why = this.#note(agent, told);
    const output = toolOutput(this.#parts, this.#dialect, body);
    this.#lookAround(agent, body, [this.#dialect.sent.output]);
    if (output !== null) {
      void this.#parts.canaries.inResult(agent, output.given.names);
      if (output.answer !== null) return output.answer;
    }
    return this.#dialect.refuse(body, `castellan refused this hook input: ${why.slice(0, 300)}`);
  }

  /** @returns the text as it may be shown. */
  #note(agent: AgentId, told: string): string {
    // Redacted before it is cut: half a secret is not recognised any more.
    const why = this.#parts.redactor.text(told);
    const { records, clock } = this.#parts;
    const what = `${this.#dialect.kind} hook`;
    records
      .record({ kind: 'refusal', at: clock.now(), who: `agent:${agent}`, what, text: why.slice(0, 1000) })
      .catch(() => undefined);
    return why;
  }

  /** A planted secret counts wherever it stands; `apart` is looked at where it is used. */
  #lookAround(agent: AgentId, body: unknown, apart: readonly string[]): void {
    if (typeof body !== 'object' || body === null) return;
    let text: string;
    try {
      text = JSON.stringify(Object.entries(body).filter(([name]) => !apart.includes(name)));
    } catch {
      // Nested deeper than anything is written: it is refused, and no text of it goes anywhere.
      return;
    }
    // What is larger is refused unread, and costs nobody else their time.
    if (text.length <= MAX_INPUT_BYTES) void this.#parts.canaries.inHook(agent, this.#parts.redactor.mentions(text));
  }

  /** Not of an agent whose settings we keep ourselves: its client is started without those of a project. */
  async #fault({ id, agent, workspace: own }: Session, cwd: string): Promise<string | null> {
    const workspace = own === this.#parts.folders.workspace(agent) ? cwd : own;
    const watched = this.#parts.agents.get(agent)?.watched ?? [];
    if (watched.some((path) => path.includes(`/agents/${agent}/`))) return null;
    const fault = this.#faults.get(id) ?? (await this.#dialect.fault?.(workspace)) ?? null;
    if (fault !== null) this.#faults.set(id, fault);
    return fault;
  }

  async #session(agent: AgentId, event: HookEvent, headers: Headers): Promise<Session> {
    const { work, records, clock, redactor } = this.#parts;
    const said = whatRunSays(headers, redactor);
    const interactive = 'interactive' in event ? event.interactive : headers['x-castellan-entrypoint'] === 'cli';
    const nowhere = this.#parts.folders.workspace(agent);
    const { session, fresh } = await work.session({
      agent,
      externalId: event.session,
      cwd: this.#dialect.callsChooseFolder === true && !TELLS_WORKSPACE.has(event.kind) ? nowhere : event.cwd,
      nowhere,
      interactive,
      ...said,
    });
    if (fresh) {
      const text = work.task(session.task)?.title ?? '';
      await records.record(sessionRecord(session, 'started', clock.now(), `${session.workspace} ${text}`.trim()));
    }
    return session;
  }

  /** What its arguments make the client read besides is decided first: any of it refused, so is the call. */
  async #tool(session: Session, event: ToolEvent, body: unknown, signal: AbortSignal): Promise<HookAnswer> {
    const no =
      (await implied(this.#calls, session, event, event.uses ?? [], signal)) ??
      (await this.#expanded(session, event, signal));
    if (no !== null) return this.#dialect.refuse(body, no);
    return this.#dialect.tool(await this.#check(session, event, signal));
  }

  /** Why a command or a skill must not be put in; null: it may. */
  async #expanded(
    session: Session,
    event: HookEvent & { readonly subagent?: Subagent },
    signal: AbortSignal,
  ): Promise<string | null> {
    const uses = await this.#dialect.expanded?.(event);
    if (uses === null)
      return 'castellan: the text of this command brings hooks of its own or cannot be read, so nobody can say what it does';
    return implied(this.#calls, session, event, uses ?? [], signal);
  }

  #check(session: Session, event: ToolEvent, signal: AbortSignal) {
    // Of our own endpoint, where it comes next. Whose server it is the client says, so it is decided here as well.
    const own =
      event.module === OWN_SERVER
        ? this.#host.gatewayTool(event.tool, session.workspace, this.#dialect.spelt ?? asItIs)
        : null;
    return this.#calls.check(
      {
        session,
        module: own?.module ?? event.module,
        tool: own?.tool ?? event.tool,
        arguments: event.arguments,
        cwd: own?.cwd ?? event.folder ?? event.cwd,
        origin: own === null ? 'hook' : 'mcp',
        ...('externalId' in event && { externalId: event.externalId }),
        ...(event.subagent && { subagent: event.subagent }),
        ...(event.mode !== undefined && { mode: event.mode }),
      },
      signal,
    );
  }

  /**
   * The client is about to ask its own user. Where we said `ask` that is what we wanted; otherwise it is a call we have
   * not allowed yet (a native rule asked after our allow, or the first hook was skipped), so it is decided as one.
   */
  async #permission(session: Session, event: ToolEvent, signal: AbortSignal): Promise<HookAnswer> {
    return this.#dialect.permission(await this.#check(session, event, signal));
  }

  /** What a tool gave: taken down, and where it holds a secret told again without it, in the shape it came in. */
  async #outcome(session: Session, event: PostToolUse, output: ToolOutput | null): Promise<HookAnswer> {
    const given = output?.given ?? givenIn(this.#parts, undefined, event.error);
    if (event.externalId === undefined) await this.#parts.canaries.inResult(session.agent, given.names);
    // A ledger that fails raises its own alarm; the model must not be given the secret for it.
    else await this.#finish(session, event, event.externalId, given).catch(() => undefined);
    if (output !== null && output.answer !== null) return output.answer;
    if (given.names.length === 0) return this.#dialect.nothing();
    const names = given.names.map((name) => `\`${name}\``).join(', ');
    this.#parts.alarms.raise(
      'secret-shown',
      session.agent,
      `${event.ok ? 'a tool' : 'a command that failed'} gave the agent the secret ${names}`,
      `what its client shows the model cannot be taken back there: rotate it with \`castellan secrets rotate\``,
    );
    return this.#dialect.context(
      event,
      `Castellan: what this command said holds the secret ${names}. Do not repeat it, keep it or send it anywhere.`,
    );
  }

  async #finish(session: Session, event: PostToolUse, externalId: string, given: Given): Promise<void> {
    await this.#calls.finish(
      session.agent,
      { session: session.id, externalId },
      {
        given: event.oversized ? { ...given, shown: undefined } : given,
        arguments: event.arguments,
        status: event.interrupted ? 'interrupted' : event.ok ? 'succeeded' : 'failed',
        ...(event.error !== undefined && { text: event.error }),
        ...(event.durationMs !== undefined && { durationMs: event.durationMs }),
        ...(event.ok && !event.oversized && { result: event.response }),
      },
    );
  }

  /** A session without a named task is called by the first line of its first prompt. */
  async #title(session: Session, prompt: string): Promise<void> {
    const line =
      prompt
        .split('\n')
        .map((text) => text.trim())
        .find((text) => text !== '') ?? 'untitled';
    const title = this.#parts.redactor.text(line).slice(0, 120).toWellFormed();
    if (await this.#parts.work.title(session.task, title)) await this.#record(session, 'named', title);
  }

  #record(session: Session, change: 'named' | 'subagent-started' | 'subagent-ended', text: string): Promise<number> {
    const { records, clock } = this.#parts;
    return records.record(sessionRecord(session, change, clock.now(), text));
  }

  #context(session: Session, afterCompaction: boolean): string {
    const { policy } = this.#parts.policy;
    const waiting = this.#parts.approvals
      .list()
      .filter((approval) => approval.session === session.id && ['pending', 'queued'].includes(approval.state.kind));
    return safetyContext({
      workspace: session.workspace,
      denied: [
        ...policy.config.deny,
        ...policy.rules.filter((rule) => rule.tier === 'critical').map((rule) => rule.title),
      ],
      waiting: waiting.map((approval) => approval.summary),
      timeoutSeconds: policy.config.approvals.timeoutSeconds,
      afterCompaction,
    });
  }
}
