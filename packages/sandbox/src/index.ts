// Confined runs of untrusted programs.
export { createScriptPool, type ScriptPlace, type ScriptPool, type ScriptPoolOptions } from './pool/pool.ts';
export type {
  HostTurn,
  InspectOutcome,
  ScriptHost,
  ScriptOutcome,
  ScriptOutput,
  ScriptRunSpec,
  ScriptSources,
} from './pool/run.ts';
export type { PoolUser } from './pool/turns.ts';
