// `castellan run claude-code`: starts the client in a folder of its own, with a listed environment and flags that keep the
// hooks in force. INVARIANT: it starts only while the hooks stand and the daemon answers; the user's own folder is never opened.
import { basename, dirname } from 'node:path';
import { type Client, errorLines } from '@castellan/client';
import { type AgentId, type ChildEnvironment, upstreamNameSchema, withVariables } from '@castellan/contract';
import { type Done, done, undone } from '../../fault.ts';
import { isAtTerminal, type Program, runInForeground } from '../../launch.ts';
import { findClaude } from '../client-binary.ts';
import { expectedOf, listConnections } from '../connection.ts';
import { TASK_VARIABLE } from '../settings/entries.ts';
import { hookStateText } from '../settings/inspect.ts';
import { inspectHooks } from '../settings/inspect-file.ts';
import { agentEnvironment, brokerEnvironment } from './environment.ts';
import { ENFORCED, flagFault, userArguments } from './flags.ts';

export interface RunOptions {
  /** What the user calls the work; sessions of one name share a task. */
  readonly task?: string;
  readonly home: string;
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** A model server of the broker; with it the agent gets a placeholder and no variable of any provider. */
  readonly modelUpstream?: string;
  /** What the user wrote after the agent's name; a leading `--` is dropped. */
  readonly args: readonly string[];
  /** Only what it asks of the daemon: the daemon itself is its own. */
  readonly client: Pick<Client, 'agents' | 'modelKey'>;
  readonly port: number;
  /** At a terminal: whether it can be watched and answered elsewhere too. */
  readonly watch?: boolean;
  /** Told why it cannot be, before it starts. */
  readonly unwatched?: (why: string) => void;
}

/** What is left is to start it. */
export interface Prepared extends Program {
  readonly agent: AgentId;
}

/** Everything checked. */
export async function prepareRun(options: RunOptions): Promise<Done<Prepared>> {
  const args = userArguments(options.args);
  const flag = flagFault(args);
  if (flag !== null) return undone('weakening-flag', flag.message, flag.hint);
  const connection = (await listConnections(options.home)).find((one) => one.scope === 'isolated');
  if (connection === undefined) {
    return undone(
      'not-connected',
      'there is no isolated Claude Code yet',
      'run `castellan connect claude-code --scope isolated`',
    );
  }
  const agents = await options.client.agents();
  if (!agents.ok) {
    const { message, hints } = errorLines(agents.error);
    return undone('daemon', message, ...hints);
  }
  const agent = agents.value.agents.find(({ id }) => id === connection.agent);
  if (agent === undefined || agent.revokedAt !== null) {
    return undone(
      'not-connected',
      'its credential was revoked',
      'run `castellan connect claude-code --scope isolated`',
    );
  }
  const state = await inspectHooks(expectedOf(connection, options.port));
  if (state.kind !== 'intact') {
    return undone('hooks-not-intact', hookStateText(state), 'run `castellan connect claude-code --scope isolated`');
  }
  const binary = await findClaude(options.env, connection.claude);
  if (!binary.ok) return binary;
  // Last: it ends the key before it, which an agent that runs may be using.
  const environment = await environmentFor(options, agent.id);
  if (!environment.ok) return environment;
  return done({
    agent: agent.id,
    file: binary.value.path,
    args: [...ENFORCED, ...args],
    cwd: options.cwd,
    env: withVariables(environment.value, {
      CLAUDE_CONFIG_DIR: dirname(connection.settingsPath),
      ...(options.task === undefined ? {} : { [TASK_VARIABLE]: encodeURIComponent(options.task) }),
    }),
  });
}

async function environmentFor(
  { modelUpstream, env, client, port }: RunOptions,
  id: AgentId,
): Promise<Done<ChildEnvironment>> {
  if (modelUpstream === undefined) return done(agentEnvironment(env));
  if (!upstreamNameSchema.safeParse(modelUpstream).success)
    return undone(
      'no-upstream',
      `\`${modelUpstream}\` is no name of a model server`,
      'they are named in `models.upstreams`',
    );
  const made = await client.modelKey({ params: { id } });
  if (made.ok) return done(brokerEnvironment(env, { port, upstream: modelUpstream, key: made.value.key }));
  const { message, hints } = errorLines(made.error);
  return undone('daemon', message, ...hints);
}

/**
 * Runs the client in the foreground until it ends; its own exit code. Where a person sits at a terminal it is given one of
 * its own, so that it can be watched. Not started where anything of it is not in force.
 */
export async function runClaude(options: RunOptions): Promise<Done<{ readonly code: number }>> {
  const program = await prepareRun(options);
  if (!program.ok) return program;
  if (options.watch !== false && isAtTerminal()) {
    const { home, cwd } = options;
    // Only now: what holds terminals is of no use to a daemon, nor to a run without one.
    const { runAtTerminal } = await import('../../terminal/foreground.ts');
    const ended = await runAtTerminal(program.value, {
      home,
      agent: program.value.agent,
      title: `claude-code in ${basename(cwd)}`.slice(0, 200),
    });
    if (ended.kind === 'ended') return done(ended);
    options.unwatched?.(ended.why);
  }
  const ended = await runInForeground(program.value);
  return 'code' in ended ? done(ended) : undone('not-started', `Claude Code did not start: ${ended.failed}`);
}
