// The door of the scripts room: versions that wait for a person or were approved, what runs of them, and the tools of agents.
export type { Answer } from './answer.ts';
export { Scriptorium } from './life.ts';
export type { NotRunnable, Runnable, RunRequest, Runs, Scripts, Versions } from './parts.ts';
export { openRuns } from './run/index.ts';
export { scriptTools } from './tools/tools.ts';
