// The door of the scripts room: versions that wait for a person or were approved, and what runs of them.
export type { Answer, ScriptsFault } from './answer.ts';
export { type LifeHost, Scriptorium } from './life.ts';
export type {
  Answerer,
  Inspect,
  Life,
  NotRunnable,
  Proposal,
  Runnable,
  RunOwner,
  RunRequest,
  Runs,
  Scripts,
  Source,
  Started,
  Versions,
} from './parts.ts';
export { openRuns } from './run/index.ts';
export { SCRIPT_MODULE } from './tools/shown.ts';
export { scriptTools } from './tools/tools.ts';
