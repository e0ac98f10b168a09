// Claude Code run with nobody at the terminal, for a schedule: everything that `castellan run` checks, then one prompt.
import { readdir } from 'node:fs/promises';
import type { AgentId } from '@castellan/contract';
import { type Done, done, undone } from '../../fault.ts';
import { type HeadlessEnd, runHeadless } from '../../launch-headless.ts';
import { listConnections } from '../connection.ts';
import { prepareRun, type RunOptions } from './run.ts';

export interface HeadlessOptions extends Omit<RunOptions, 'args' | 'watch' | 'unwatched'> {
  readonly agent: AgentId;
  readonly prompt: string;
  /** A UUID: its session is known by it. */
  readonly sessionId: string;
  readonly signal: AbortSignal;
}

/** What stands in the way of running this agent there; null: nothing that can be told before. */
export async function headlessFault(home: string, agent: AgentId, cwd: string): Promise<string | null> {
  const isolated = (await listConnections(home)).find(({ scope }) => scope === 'isolated');
  if (isolated?.agent !== agent) return 'only an isolated Claude Code is started by a schedule, and this agent is none';
  const isFolder = await readdir(cwd).then(
    () => true,
    () => false,
  );
  return isFolder ? null : `\`${cwd}\` is no folder that can be read`;
}

/** Runs it to its end. Not started where anything of it is not in force. */
export async function runClaudeHeadless({
  agent,
  prompt,
  sessionId,
  signal,
  ...options
}: HeadlessOptions): Promise<Done<HeadlessEnd>> {
  // The prompt comes after `--`: it is no flag, whatever it begins with.
  const program = await prepareRun({ ...options, args: ['-p', '--session-id', sessionId, '--', prompt] });
  if (!program.ok) return program;
  if (program.value.agent !== agent)
    return undone('not-connected', 'another agent is the isolated one now', 'make the schedule again for that agent');
  return done(await runHeadless(program.value, sessionId, signal));
}
