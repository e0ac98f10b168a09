// A real daemon with agents connected to it: what a scenario needs to act as an agent, as a person, and as an auditor.
// RULE: nothing here decides or asserts what the daemon should have said; it only sends, waits and reads.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Approval, Decision, Grant, LedgerRecord, LiveEvent, Status } from '@castellan/contract';
import { type VerifyResult, verifyLedger } from '@castellan/ledger';
import { type DaemonOptions, type HttpResponse, type RunningDaemon, startDaemon } from '@castellan/testkit';
import { followEvents } from './events.ts';

export type Json = { readonly [key: string]: unknown };

/** What a hook was told, taken apart. `none`: nothing that would let a tool run or stop it. */
export interface HookAnswer {
  readonly status: number;
  readonly verdict: 'allow' | 'ask' | 'deny' | 'none';
  readonly reason: string;
  readonly updatedInput: unknown;
  readonly text: string;
}

export interface HookOptions {
  readonly session?: string;
  readonly cwd?: string;
  readonly id?: string;
  readonly server?: Json;
  readonly more?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestAgent {
  readonly id: string;
  readonly credential: string;
  /** A PreToolUse hook: resolves when it is decided. */
  pre(tool: string, input: Json, options?: HookOptions): Promise<HookAnswer>;
  /** A PostToolUse hook for the call with that id. */
  post(tool: string, input: Json, id: string, options?: HookOptions): Promise<HttpResponse>;
  /** Any hook body. */
  hook(body: unknown, headers?: Readonly<Record<string, string>>): Promise<HttpResponse>;
  /** `POST /v1/calls`. */
  check(tool: string, input: Json, options?: Omit<HookOptions, 'server' | 'more'>): Promise<Decision>;
  endSession(session?: string): Promise<HttpResponse>;
}

export interface World extends AsyncDisposable {
  readonly daemon: RunningDaemon;
  connect(name?: string, hookTimeoutSeconds?: number, kind?: string): Promise<TestAgent>;
  /** Waits until `count` approvals are open (pending or queued), oldest first. */
  waiting(count?: number): Promise<readonly Approval[]>;
  approvals(): Promise<readonly Approval[]>;
  approve(approval: Approval, grant?: string): Promise<HttpResponse>;
  deny(approval: Approval, reason?: string): Promise<HttpResponse>;
  grants(): Promise<readonly Grant[]>;
  status(): Promise<Status>;
  /** The latest 1000 records that fit a query (`kind:attempt call:call_…`, as `castellan log` takes it), oldest first. */
  records(query?: string): Promise<readonly LedgerRecord[]>;
  /** Checks the ledger's files alone. */
  verify(): Promise<VerifyResult>;
  events(): Promise<{ readonly seen: readonly LiveEvent[]; close(): void }>;
}

export const DEFAULT_CWD = '/tmp';

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Tries until it gives something. @throws Error with `what` when it never does. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  ms = 30_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await sleep(15);
  }
}

export function readAnswer(response: HttpResponse): HookAnswer {
  const base = { status: response.status, text: response.text };
  const none = { ...base, verdict: 'none', reason: '', updatedInput: undefined } as const;
  if (response.status !== 200) return none;
  const output = (response.json() as { hookSpecificOutput?: Record<string, unknown> }).hookSpecificOutput;
  const verdict = output?.permissionDecision;
  if (verdict !== 'allow' && verdict !== 'ask' && verdict !== 'deny') return none;
  return {
    ...base,
    verdict,
    reason: String(output?.permissionDecisionReason ?? ''),
    updatedInput: output?.updatedInput,
  };
}

/** The body Claude Code sends, written by hand after what the real client sent. */
export const preToolUse = (
  tool: string,
  input: unknown,
  { session, cwd, id, server, more }: HookOptions = {},
): Json => ({
  session_id: session ?? 's1',
  transcript_path: '/home/me/.claude/projects/p/s1.jsonl',
  cwd: cwd ?? DEFAULT_CWD,
  permission_mode: 'default',
  hook_event_name: 'PreToolUse',
  tool_name: tool,
  tool_input: input,
  tool_use_id: id ?? `toolu_${randomBytes(8).toString('hex')}`,
  ...(server === undefined ? {} : { mcp_server: server }),
  ...more,
});

/** The mail server a user configured: what the shipped `mail` manifest is about. */
export const MAIL = { name: 'mail', source: 'user' } as const;
export const SEND = 'mcp__mail__send';
/** What asks each time and a grant may cover; a letter to somebody needs a person whatever was granted. */
export const DELETE = 'mcp__mail__delete';

export function agentOver(daemon: RunningDaemon, id: string, credential: string): TestAgent {
  const hook: TestAgent['hook'] = (body, headers = {}) =>
    daemon.request('POST', '/v1/hooks/claude-code', { token: credential, body, headers });
  return {
    id,
    credential,
    hook,
    pre: async (tool, input, options = {}) => readAnswer(await hook(preToolUse(tool, input, options), options.headers)),
    post: (tool, input, callId, options = {}) =>
      hook({
        ...preToolUse(tool, input, { ...options, id: callId }),
        hook_event_name: 'PostToolUse',
        tool_response: { stdout: 'done', interrupted: false },
        duration_ms: 12,
      }),
    async check(tool, input, { session = 's1', cwd = DEFAULT_CWD, id: callId, headers = {} } = {}) {
      const body = { tool, input, cwd, session, ...(callId === undefined ? {} : { callId }) };
      const response = await daemon.request('POST', '/v1/calls', { token: credential, body, headers });
      if (response.status !== 200) throw new Error(`check: ${response.status} ${response.text}`);
      return response.json() as Decision;
    },
    endSession: (session = 's1') =>
      hook({ session_id: session, cwd: DEFAULT_CWD, hook_event_name: 'SessionEnd', reason: 'other' }),
  };
}

export function worldOf(daemon: RunningDaemon): World {
  const get = async <T>(path: string): Promise<T> => {
    const response = await daemon.request('GET', path);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${response.text}`);
    return response.json() as T;
  };
  const approvals = async () => (await get<{ approvals: readonly Approval[] }>('/v1/approvals')).approvals;
  const open = ({ state }: Approval): boolean => state.kind === 'pending' || state.kind === 'queued';
  return {
    daemon,
    async connect(name = 'agent', hookTimeoutSeconds = 60, kind = 'claude-code') {
      const response = await daemon.request('POST', '/v1/agents', {
        body: { kind, name, watched: [], hookTimeoutSeconds },
      });
      if (response.status !== 200) throw new Error(`connect: ${response.status} ${response.text}`);
      const { agent, credential } = response.json() as { agent: { id: string }; credential: string };
      return agentOver(daemon, agent.id, credential);
    },
    waiting: (count = 1) =>
      until(`${count} waiting approvals`, async () => {
        const found = (await approvals()).filter(open);
        return found.length >= count ? found : undefined;
      }),
    approvals,
    approve: (approval, grant) =>
      daemon.request('POST', `/v1/approvals/${approval.id}/resolve`, {
        body: { answer: 'approve', digest: approval.digest, ...(grant === undefined ? {} : { grant }) },
      }),
    deny: (approval, reason) =>
      daemon.request('POST', `/v1/approvals/${approval.id}/resolve`, {
        body: { answer: 'deny', ...(reason === undefined ? {} : { reason }) },
      }),
    grants: async () => (await get<{ grants: readonly Grant[] }>('/v1/grants')).grants,
    status: () => get<Status>('/v1/status'),
    records: async (query = '') =>
      (
        await get<{ records: readonly { record: LedgerRecord }[] }>(
          `/v1/ledger?limit=1000&q=${encodeURIComponent(query)}`,
        )
      ).records.map(({ record }) => record),
    verify: () => verifyLedger(join(daemon.home, 'ledger')),
    events: () => followEvents(daemon),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

/**
 * A test polls with one call and repeats one that is refused, which no agent may: limits.test.ts is about that, everything
 * else goes on however often it asks.
 */
export const UNHURRIED = {
  turn: { calls: { warn: null, pause: null, stop: null } },
  task: { calls: { stop: null } },
  retries: { pause: null, stop: null },
  repeats: { advise: null, pause: null },
};

/** A fresh daemon. Its approvals time out after a few seconds, so that a forgotten one fails a test and not an hour. */
export async function world(config: Json = {}, options: Omit<DaemonOptions, 'config'> = {}): Promise<World> {
  return worldOf(
    await startDaemon({ ...options, config: { approvals: { timeoutSeconds: 20 }, limits: UNHURRIED, ...config } }),
  );
}

/** Every record of one kind. */
export const ofKind = <Kind extends LedgerRecord['kind']>(
  records: readonly LedgerRecord[],
  kind: Kind,
): readonly Extract<LedgerRecord, { kind: Kind }>[] =>
  records.filter((record): record is Extract<LedgerRecord, { kind: Kind }> => record.kind === kind);
