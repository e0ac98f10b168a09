// What the host functions of one run share. Nothing here decides: a call takes the road, and its answer is obeyed.
import type { CallScript, HostReply, JsonObject, ScriptVersion, Session } from '@castellan/contract';
import type { AskedUnder, ScriptUse, WebHost } from '@castellan/gateway';
import type { HostTurn } from '@castellan/sandbox';
import type { Clock } from '../../clock.ts';
import type { Exits } from '../../exits/index.ts';
import type { Calls, Parts } from '../../surfaces/index.ts';
import type { Noted } from './noted.ts';
import type { RunQuota } from './quota.ts';
import type { SecretsFor } from './secrets.ts';
import type { StandIns } from './stand-ins.ts';

/** Uses a tool of a module's server as a client of the session's agent would. */
export type UseTool = (
  session: Session,
  module: string,
  tool: string,
  args: JsonObject,
  program: ScriptUse,
) => Promise<
  { readonly kind: 'result'; readonly result: JsonObject } | { readonly kind: string; readonly message: string }
>;

export interface HostRun {
  readonly clock: Clock;
  readonly calls: Pick<Calls, 'check' | 'ran' | 'foresee'>;
  readonly redactor: Parts['redactor'];
  readonly exits: Pick<Exits, 'keep'>;
  readonly web: WebHost;
  readonly useTool: UseTool;
  /** Where a module's server is: a host, null for a process here, undefined: there is none. */
  readonly serverHost: (module: string) => string | null | undefined;
  /** Hosts of the local network that a person listed. */
  readonly privateHosts: () => readonly string[];
  readonly session: Session;
  readonly version: ScriptVersion;
  readonly script: CallScript;
  /** How it was begun: its calls may do no more. */
  readonly under: AskedUnder;
  readonly secrets: SecretsFor;
  readonly quota: RunQuota;
  readonly noted: Noted;
  readonly mode: 'live' | 'recorded' | 'refused';
  /** Of a test run. */
  readonly standIns: StandIns;
  /** Why the version may not go on: asked at each call, and again before anything is sent. Null: it may. */
  readonly gone: () => string | null;
}

export type Turn = Pick<HostTurn, 'signal' | 'waiting'>;

export const refused = (
  code: Extract<HostReply, { kind: 'refused' }>['code'],
  message: string,
  hint?: string,
): HostReply => ({
  kind: 'refused',
  code,
  message: message.slice(0, 2000),
  ...(hint !== undefined && { hint: hint.slice(0, 500) }),
});

/** What a test run says of a call it does not make. */
export function foreseen(run: HostRun, module: string, tool: string, args: JsonObject) {
  const { session, script, calls } = run;
  const draft = { session, module, tool, arguments: args, cwd: session.workspace, origin: 'script' as const, script };
  const { outcome, reasons } = calls.foresee(draft);
  const why = reasons[0]?.text ?? 'no reason was given';
  switch (outcome) {
    case 'allow':
      return { outcome, text: 'it would be done' };
    case 'ask':
    case 'confirm':
      return { outcome, text: `a person would be asked: ${why}` };
    case 'deny':
      return { outcome, text: `it would be denied: ${why}` };
  }
}
