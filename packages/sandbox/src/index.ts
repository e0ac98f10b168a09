// Confined runs of untrusted programs.
export { createScriptPool, type ScriptPool, type ScriptPoolOptions } from './pool/pool.ts';
export type { HostTurn, InspectOutcome, ScriptHost, ScriptOutcome, ScriptOutput, ScriptRunSpec } from './pool/run.ts';
