// An agent run with nobody at the terminal, for a schedule: everything that `castellan run` checks, then one prompt.
import { readdir } from 'node:fs/promises';
import type { AgentId } from '@castellan/contract';
import { readConnection } from '../connection/record.ts';
import { connectorOf } from '../connectors.ts';
import { type Done, done, undone } from '../fault.ts';
import { type HeadlessEnd, runHeadless } from '../launch-headless.ts';
import { isolatedConnection, prepareRun, type RunOptions } from './prepare.ts';

export interface HeadlessOptions extends Omit<RunOptions, 'args' | 'headless'> {
  readonly agent: AgentId;
  readonly prompt: string;
  /** A UUID: its session is known by it. */
  readonly sessionId: string;
  readonly signal: AbortSignal;
}

export type Headless = HeadlessEnd & {
  readonly title: string;
  /** What came of it that neither its exit code nor its output says, a line each. */
  readonly said: readonly string[];
};

/** What stands in the way of running this agent there; null: nothing that can be told before. */
export async function headlessFault(home: string, agent: AgentId, cwd: string): Promise<string | null> {
  const connection = await readConnection(home, agent);
  if (connection?.scope !== 'isolated' || connectorOf(connection.connector).run === null)
    return 'only an isolated agent is started by a schedule, and this one is none';
  const isFolder = await readdir(cwd).then(
    () => true,
    () => false,
  );
  return isFolder ? null : `\`${cwd}\` is no folder that can be read`;
}

/** Runs it to its end. Not started where anything of it is not in force. */
export async function runAgentHeadless(options: HeadlessOptions): Promise<Done<Headless>> {
  const { agent, prompt, sessionId, signal, machine } = options;
  const connection = await readConnection(machine.home, agent);
  if (connection === null) return undone('not-connected', 'the agent is not connected any more', 'connect it again');
  const connector = connectorOf(connection.connector);
  if ((await isolatedConnection(machine.home, connector))?.agent !== agent)
    return undone('not-connected', 'another agent is the isolated one now', 'make the schedule again for that agent');
  const program = await prepareRun(connector, { ...options, args: [], headless: { prompt, sessionId } });
  if (!program.ok) return program;
  const { over } = program.value;
  let said: readonly string[] = [];
  const end = await runHeadless(program.value, options.run, signal).finally(async () => {
    said = await over();
  });
  return done({ ...end, said, title: connector.title });
}
