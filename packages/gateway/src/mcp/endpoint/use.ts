// The road of one use: decided, looked up again, sent exactly as decided, checked, recorded with secrets taken out, answered.
// INVARIANT: nothing is sent before `run`; everything that was let through is finished, whatever happens to it.
import type { CallId, Definition, JsonObject, JsonValue } from '@castellan/contract';
import type { HookCall, McpOutcome } from '../host.ts';
import type { Answer, Upstream } from '../upstream/index.ts';
import { askClient } from './ask.ts';
import { decided } from './decided.ts';
import { MAX_ASKS } from './limits.ts';
import type { Run } from './run.ts';
import type { Seat } from './seat.ts';
import type { Check } from './shape.ts';

export interface Use {
  /** What the gate knows it by. */
  readonly tool: string;
  readonly arguments: JsonObject;
  /** The client's own id of the call, where it says one. */
  readonly hookCall: HookCall | undefined;
  /** What must still be offered right before it is sent; null: the module alone. */
  readonly pinned: Definition | null;
  readonly method: string;
  readonly params: (args: JsonObject) => JsonObject;
  readonly check: Check;
  /** Where it is no plain request. */
  readonly instead?: (server: Upstream, params: JsonObject) => Promise<Answer>;
}

export type Used =
  | { readonly kind: 'result'; readonly result: JsonObject }
  /** The gate's own line. */
  | { readonly kind: 'refused'; readonly message: string }
  /** A JSON-RPC error of the server. */
  | { readonly kind: 'error'; readonly code: number; readonly message: string; readonly data?: JsonValue }
  /** It was let through and did not work: one line, with what to do. */
  | { readonly kind: 'failed'; readonly message: string };

export async function use(seat: Seat, run: Run, what: Use): Promise<Used> {
  const session = await seat.session();
  const attempt = { session, module: run.module, tool: what.tool, arguments: what.arguments, hookCall: what.hookCall };
  const decision = await decided(seat, run, attempt, run.signal);
  if (decision.kind !== 'run') return { kind: 'refused', message: decision.message };
  const began = seat.host.clock.now();
  let sent: Sent;
  try {
    sent = await send(seat, run, what, decision.arguments);
  } catch (error) {
    // A bug or the machine: what was sent, if anything was, is not known.
    await finish(seat, decision.call, began, { status: 'unknown', text: 'the gateway failed' });
    throw error;
  }
  const redacted = await finish(seat, decision.call, began, sent.outcome);
  if (sent.used.kind !== 'result') return sent.used;
  return { kind: 'result', result: (redacted ?? {}) as JsonObject };
}

interface Sent {
  readonly used: Used;
  readonly outcome: Omit<McpOutcome, 'durationMs'>;
}

const finish = (seat: Seat, call: CallId, began: number, outcome: Omit<McpOutcome, 'durationMs'>) =>
  seat.host.gate.finish(seat.agent, call, { ...outcome, durationMs: seat.host.clock.now() - began });

const failed = (message: string, status: McpOutcome['status'] = 'failed'): Sent => ({
  used: { kind: 'failed', message },
  outcome: { status, text: message },
});

async function send(seat: Seat, run: Run, what: Use, args: JsonObject): Promise<Sent> {
  if (run.signal.aborted) return failed('cancelled before it was sent', 'interrupted');
  if (!seat.stillOffered(run.module, what.pinned)) return failed(heldBack(run.module));
  const opened = await seat.open(run.module, run.line.capabilities);
  if (opened.kind === 'unavailable')
    return failed(`module \`${run.module}\` cannot be used: ${opened.why}; ${opened.hint}`);
  // What a server offers was judged while it was opened: what differs from what was accepted is not used. No wait between
  // this line and the request, so that nothing slips between.
  if (!seat.stillOffered(run.module, what.pinned)) return failed(heldBack(run.module));
  const sent = (await run.line.program?.fillIn(args)) ?? args;
  if (typeof sent === 'string') return failed(sent);
  // Filling in waits for the disk: what was held back meanwhile is not used.
  if (!seat.stillOffered(run.module, what.pinned)) return failed(heldBack(run.module));
  const params = what.params(sent);
  const answer = await (what.instead?.(opened, params) ?? exchange(seat, run, opened, what, params));
  switch (answer.kind) {
    case 'result': {
      const wrong = what.check(answer.result);
      if (wrong !== null) return failed(`module \`${run.module}\` answered what cannot be passed on: ${wrong}`);
      const { result } = answer;
      const told = result.isError === true;
      return {
        used: { kind: 'result', result },
        outcome: {
          status: told ? 'failed' : 'succeeded',
          ...(told ? { text: 'the tool says that it failed' } : {}),
          result,
        },
      };
    }
    case 'error': {
      const { code, data } = answer;
      const message = seat.host.gate.hide(answer.message);
      const used: Used = {
        kind: 'error',
        code,
        message,
        ...(data === undefined ? {} : { data: seat.host.gate.hide(data) }),
      };
      return { used, outcome: { status: 'failed', text: `error ${code}: ${message}` } };
    }
    case 'failed':
      return failed(`module \`${run.module}\`: ${answer.why}; ${answer.hint}`);
    case 'input-required':
      return failed(`module \`${run.module}\` asks the client too much during one call`);
    case 'cancelled':
      return failed('cancelled', 'interrupted');
  }
}

const heldBack = (module: string): string =>
  `this was changed by module \`${module}\` and is held back until a person accepts it`;

/** Asks, and asks again with what the client said, as often as a 2026-07-28 server wants to know more. */
async function exchange(
  seat: Seat,
  run: Run,
  server: Upstream,
  { method, pinned }: Use,
  params: JsonObject,
): Promise<Answer> {
  const options = {
    signal: run.signal,
    pinned,
    onProgress: (progress: JsonObject) => run.progress(seat.host.gate.hide(progress)),
  };
  const plain = seat.levelled(server, run, params);
  let answer = await server.request(method, plain, options);
  for (let round = 0; answer.kind === 'input-required' && round < MAX_ASKS; round += 1) {
    const { inputRequests, requestState } = answer;
    let responses: JsonObject;
    try {
      responses = await answersTo(seat, run, inputRequests);
    } catch (error) {
      if (run.signal.aborted) return { kind: 'cancelled' };
      const why = error instanceof Error ? error.message : 'the client did not answer';
      return {
        kind: 'failed',
        why: `what it asks first was not answered: ${why}`,
        hint: 'call again to be asked again',
      };
    }
    // The server's own state never leaves: the client's names this run, and this run knows whose state it is.
    const again = { ...plain, inputResponses: responses, ...(requestState === null ? {} : { requestState }) };
    answer = await server.request(method, again, options);
  }
  return answer;
}

async function answersTo(seat: Seat, run: Run, requests: JsonObject): Promise<JsonObject> {
  const asked = Object.entries(requests).map(async ([key, request]) => {
    const { method, params } = request as JsonObject;
    const answer = await askClient(seat, run, String(method), (params ?? {}) as JsonObject, run.signal, key);
    return [key, answer] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
}
