// Tools of whoever mounts the endpoint, beside those of modules: offered, decided, recorded and finished like those, and run here.
// INVARIANT: nothing of one runs before the gate said `run`, and then with the arguments of that; what it gives leaves as the gate
// gives it back. Only where modules stand before their tools (`module__tool`), so that no server's tool has the name of one.
import { canonicalJson, type JsonObject, type Session } from '@castellan/contract';
import type { HookCall, OwnTool } from '../host.ts';
import { conduct } from './conduct.ts';
import { decided } from './decided.ts';
import { WAITING_MS } from './limits.ts';
import { toolResult } from './present.ts';
import type { Line, Run } from './run.ts';
import type { Seat } from './seat.ts';

/** Those that this client is shown. */
export const ownTools = (seat: Seat, session: Session): readonly OwnTool[] =>
  (seat.only === null ? (seat.host.own ?? []) : []).filter((tool) =>
    seat.host.gate.offers(session, tool.module, nameAtGate(tool)),
  );

const nameAtGate = ({ tool, definition }: OwnTool): string => tool ?? definition.name;

export function callOwn(
  seat: Seat,
  line: Line,
  tool: OwnTool,
  args: JsonObject,
  hookCall: HookCall | undefined,
): Promise<JsonObject> {
  const { module, definition } = tool;
  const canonical = line.era === 'modern' ? canonicalJson({ name: definition.name, arguments: args }) : '';
  return conduct(seat, line, module, canonical, async (run) =>
    toolResult(seat, line, module, definition, await useOwn(seat, run, tool, args, hookCall)),
  );
}

async function useOwn(
  seat: Seat,
  run: Run,
  tool: OwnTool,
  args: JsonObject,
  hookCall: HookCall | undefined,
): Promise<JsonObject> {
  const { gate, clock } = seat.host;
  const name = nameAtGate(tool);
  const session = await seat.session();
  const attempt = { session, module: tool.module, tool: name, arguments: args, hookCall };
  const decision = await decided(seat, run, attempt, run.signal);
  if (decision.kind !== 'run') return tool.refused(decision.message);
  const began = clock.now();
  const finish = (
    status: 'succeeded' | 'failed' | 'interrupted' | 'unknown',
    more: { text?: string; result?: JsonObject },
  ) => gate.finish(seat.agent, decision.call, { status, durationMs: clock.now() - began, ...more });
  const stop =
    run.line.progressToken === undefined
      ? () => undefined
      : clock.every(WAITING_MS, () => run.waiting(`${name}: under way`));
  let result: JsonObject;
  try {
    result = await tool.run({
      session,
      call: decision.call,
      arguments: decision.arguments,
      signal: run.signal,
      progress: (message) => run.waiting(`${name}: ${message}`),
    });
  } catch (error) {
    await finish('unknown', { text: 'the gateway failed' });
    throw error;
  } finally {
    stop();
  }
  const failed = result.isError === true;
  const status = run.signal.aborted ? 'interrupted' : failed ? 'failed' : 'succeeded';
  return ((await finish(status, { result })) ?? {}) as JsonObject;
}
