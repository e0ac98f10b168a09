// `castellan run AGENT`: the agent in the foreground until it ends. Where a person sits at a terminal it is given one of its own,
// so that it can be watched and answered elsewhere too.
import { basename } from 'node:path';
import type { Connector } from '../connector.ts';
import { type Done, done, undone } from '../fault.ts';
import { isAtTerminal, runInForeground } from '../launch.ts';
import { type Prepared, prepareRun, type RunOptions, type WallsOfRun } from './prepare.ts';

export interface ForegroundOptions extends Omit<RunOptions, 'headless'> {
  /** At a terminal: whether it can be watched and answered elsewhere too. */
  readonly watch?: boolean;
  /** Told why it cannot be, before it starts. */
  readonly unwatched?: (why: string) => void;
  /** Told what it may reach, before it starts. */
  readonly walled?: (walls: WallsOfRun) => void;
  /** Told, a line each, what came of it that its exit code does not say. */
  readonly ended?: (line: string) => void;
}

/** Its own exit code. Not started where anything of it is not in force. */
export async function runAgent(
  connector: Connector,
  options: ForegroundOptions,
): Promise<Done<{ readonly code: number }>> {
  const program = await prepareRun(connector, { ...options, headless: null });
  if (!program.ok) return program;
  const { walls, over } = program.value;
  if (walls !== null) options.walled?.(walls);
  try {
    return await start(connector, program.value, options);
  } finally {
    for (const line of await over()) options.ended?.(line);
  }
}

async function start(
  connector: Connector,
  program: Prepared,
  options: ForegroundOptions,
): Promise<Done<{ readonly code: number }>> {
  if (options.watch !== false && isAtTerminal()) {
    const { home, cwd } = options.machine;
    // Only now: what holds terminals is of no use to a daemon, nor to a run without one.
    const { runAtTerminal } = await import('../terminal/foreground.ts');
    const ended = await runAtTerminal(program, {
      home,
      agent: program.agent,
      title: `${connector.name} in ${basename(cwd)}`.slice(0, 200),
    });
    if (ended.kind === 'ended') return done(ended);
    options.unwatched?.(ended.why);
  }
  const ended = await runInForeground(program);
  return 'code' in ended ? done(ended) : undone('not-started', `${connector.title} did not start: ${ended.failed}`);
}
