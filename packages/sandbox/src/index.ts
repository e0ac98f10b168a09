// Confined runs of untrusted programs.
export type { ScriptPool, ScriptPoolOptions } from './pool/pool.ts';
export type { HostTurn, InspectOutcome, ScriptHost, ScriptOutcome, ScriptOutput, ScriptRunSpec } from './pool/run.ts';
