// What an agent is told: structured, the same as text beside it. INVARIANT: of versions of others an agent sees the approved one
// alone, and no run but its own.
import type { AgentId, JsonObject, JsonValue, ScriptError, ScriptRun, ScriptVersion } from '@castellan/contract';
import type { ScriptsFault } from '../answer.ts';

const asJson = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

export function told(value: { readonly [name: string]: unknown }): JsonObject {
  const structured = asJson({ ok: true, ...value });
  return { content: [{ type: 'text', text: JSON.stringify(structured) }], structuredContent: structured };
}

export function failed(error: ScriptError, more: { readonly [name: string]: unknown } = {}): JsonObject {
  const { code, message, hint } = error;
  const structured = asJson({ ok: false, error, ...more });
  const lines = [`${code}: ${message}`, ...(hint === undefined ? [] : [hint]), ...error.traceback];
  const rest = Object.keys(more).length === 0 ? [] : [JSON.stringify(asJson(more))];
  return {
    content: [{ type: 'text', text: [...lines, ...rest].join('\n') }],
    structuredContent: structured,
    isError: true,
  };
}

export const fromFault = ({ error: code, message, hint, faults }: ScriptsFault): JsonObject =>
  failed({ code, message: message.slice(0, 2000), hint, traceback: [] }, faults.length === 0 ? {} : { faults });

export const isOwn = (version: ScriptVersion, agent: AgentId): boolean => version.agent === agent;

type Members = { readonly [name: string]: unknown };

/** As a list says it. */
export function briefly({ number, state, parameters, entry, about }: ScriptVersion): Members {
  const { description } = about;
  return { version: number, state: state.kind, description, ...(entry === 'main' && { parameters }) };
}

export function versionTold(version: ScriptVersion): Members {
  const { digest, state, capabilities, proposedAt } = version;
  return {
    ...briefly(version),
    digest,
    ...(state.kind === 'rejected' && { reason: state.reason }),
    ...(state.kind === 'disabled' && state.reason !== '' && { reason: state.reason }),
    capabilities,
    proposedAt: new Date(proposedAt).toISOString(),
  };
}

const MOST_LINES = 200;

export function runTold(run: ScriptRun): JsonObject {
  const { id, outcome, error, used, output, calls } = run;
  const lines = output.slice(-MOST_LINES).map(({ level, text }) => (level === 'print' ? text : `${level}: ${text}`));
  const about = {
    run: id,
    outcome,
    ...(lines.length > 0 && { output: lines }),
    ...(calls.length > 0 && {
      calls: calls.map(({ text, outcome: came, answer }) => ({ text, outcome: came, answer })),
    }),
    ...(used !== null && { used }),
  };
  if (error !== null) return failed(error, about);
  const result: JsonValue | undefined = run.result;
  return told({ ...(outcome !== 'running' && { result: result ?? null }), ...about });
}
