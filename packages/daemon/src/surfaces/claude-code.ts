// Claude Code's hook events, each to what it means here. INVARIANT: an event that carries a tool is answered with a
// refusal whenever anything about it is in doubt; the client runs what it is not told to block.
import {
  answerContext,
  answerNothing,
  answerPermissionRequest,
  answerPreToolUse,
  type ClaudeHookEvent,
  OWN_SERVER,
  parseClaudeHook,
  refuseHook,
  safetyContext,
} from '@castellan/agents';
import {
  type AgentId,
  faultLine,
  type JsonObject,
  MAX_INPUT_BYTES,
  type Session,
  type ToolRef,
} from '@castellan/contract';
import { sessionRecord } from '../records/index.ts';
import type { Calls, Given } from './calls.ts';
import type { Parts } from './parts.ts';
import { givenIn } from './secrets-in.ts';
import { taskName } from './task-name.ts';
import { type ToolOutput, toolOutput } from './tool-output.ts';

type PostToolUse = Extract<ClaudeHookEvent, { kind: 'post-tool-use' }>;
type ToolEvent = Extract<ClaudeHookEvent, { kind: 'pre-tool-use' | 'permission-request' }>;
export type Headers = { readonly [name: string]: string | undefined };

/** From what an agent calls a tool of our own endpoint to what it is, and the folder its paths mean; null: no tool of it is called so. */
export type GatewayTool = (shownAs: string, workspace: string) => (ToolRef & { readonly cwd: string }) | null;

export class ClaudeCodeSurface {
  readonly #parts: Parts;
  readonly #calls: Calls;
  readonly #gatewayTool: GatewayTool;

  constructor(parts: Parts, calls: Calls, gatewayTool: GatewayTool) {
    this.#parts = parts;
    this.#calls = calls;
    this.#gatewayTool = gatewayTool;
  }

  async hook(agent: AgentId, body: unknown, headers: Headers, signal: AbortSignal): Promise<JsonObject> {
    const parsed = parseClaudeHook(body, headers);
    if (!parsed.ok) return this.refuse(agent, body, parsed.faults.map(faultLine).join('; '));
    this.#lookAround(agent, body, ['tool_input', 'tool_response']);
    const event = parsed.value;
    const session = await this.#session(agent, event, headers);
    switch (event.kind) {
      case 'pre-tool-use':
        return answerPreToolUse(await this.#check(session, event, signal));
      case 'permission-request':
        return this.#permission(session, event, signal);
      case 'post-tool-use':
        return this.#outcome(session, event, toolOutput(this.#parts, body));
      case 'prompt':
        this.#parts.limits.prompt(session);
        this.#parts.traces.prompt(session, event.text);
        await this.#title(session, event.text);
        return answerNothing();
      case 'session-start':
        return answerContext('SessionStart', this.#context(session, event.source === 'compact'));
      case 'subagent-start':
        await this.#note(session, 'subagent-started', `${event.subagent.type} ${event.subagent.id}`);
        return answerContext('SubagentStart', this.#context(session, false));
      case 'subagent-stop':
        await this.#note(session, 'subagent-ended', `${event.subagent.type} ${event.subagent.id}`);
        return answerNothing();
      case 'session-end':
        await this.#calls.endSession(session, `the session ended (${event.reason})`);
        return answerNothing();
      case 'other':
        return answerNothing();
    }
  }

  /** Input no call could be made of: refused in the client's own words and recorded. */
  refuse(agent: AgentId, body: unknown, told: string): JsonObject {
    const { records, clock, redactor } = this.#parts;
    // Redacted before it is cut: half a secret is not recognised any more.
    const why = redactor.text(told);
    records
      .record({
        kind: 'refusal',
        at: clock.now(),
        who: `agent:${agent}`,
        what: 'claude-code hook',
        text: why.slice(0, 1000),
      })
      .catch(() => undefined);
    const output = toolOutput(this.#parts, body);
    this.#lookAround(agent, body, ['tool_response']);
    if (output !== null) {
      void this.#parts.canaries.inResult(agent, output.given.names);
      return output.answer;
    }
    return refuseHook(body, `castellan refused this hook input: ${why.slice(0, 300)}`);
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

  async #session(agent: AgentId, event: ClaudeHookEvent, headers: Headers): Promise<Session> {
    const { work, records, clock, redactor } = this.#parts;
    const named = taskName(headers['x-castellan-task']);
    const interactive = 'interactive' in event ? event.interactive : headers['x-castellan-entrypoint'] === 'cli';
    const { session, fresh } = await work.session({
      agent,
      externalId: event.session,
      cwd: event.cwd,
      interactive,
      ...(named !== null && { task: redactor.text(named).slice(0, 200) }),
    });
    if (fresh) {
      const text = work.task(session.task)?.title ?? '';
      await records.record(sessionRecord(session, 'started', clock.now(), `${session.workspace} ${text}`.trim()));
    }
    return session;
  }

  #check(session: Session, event: ToolEvent, signal: AbortSignal) {
    // Of our own endpoint, where it comes next. Whose server it is the client says, so it is decided here as well.
    const own = event.module === OWN_SERVER ? this.#gatewayTool(event.tool, session.workspace) : null;
    return this.#calls.check(
      {
        session,
        module: own?.module ?? event.module,
        tool: own?.tool ?? event.tool,
        arguments: event.arguments,
        cwd: own?.cwd ?? event.cwd,
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
  async #permission(session: Session, event: ToolEvent, signal: AbortSignal): Promise<JsonObject> {
    return answerPermissionRequest(await this.#check(session, event, signal));
  }

  /** What a tool gave: taken down, and where it holds a secret told again without it, in the shape it came in. */
  async #outcome(session: Session, event: PostToolUse, output: ToolOutput | null): Promise<JsonObject> {
    const given = output?.given ?? givenIn(this.#parts, undefined, event.error);
    if (event.externalId === undefined) await this.#parts.canaries.inResult(session.agent, given.names);
    // A ledger that fails raises its own alarm; the model must not be given the secret for it.
    else await this.#finish(session, event, event.externalId, given).catch(() => undefined);
    if (output !== null) return output.answer;
    if (given.names.length === 0) return answerNothing();
    const names = given.names.map((name) => `\`${name}\``).join(', ');
    this.#parts.alarms.raise(
      'secret-shown',
      session.agent,
      `a command that failed gave the agent the secret ${names}`,
      `what a failed command says cannot be taken back: rotate it with \`castellan secrets rotate\``,
    );
    return answerContext(
      'PostToolUseFailure',
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
    if (await this.#parts.work.title(session.task, title)) await this.#note(session, 'named', title);
  }

  #note(session: Session, change: 'named' | 'subagent-started' | 'subagent-ended', text: string): Promise<number> {
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
