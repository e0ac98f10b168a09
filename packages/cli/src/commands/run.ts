// `castellan run AGENT -- ARGS`: an agent in a folder of its own, in the foreground, until it ends.
import { CONNECTORS, connectorNamed, runAgent } from '@castellan/agents';
import { connect as connectDaemon, tell } from '../connection.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { visible } from '../text/visible.ts';
import { wallsText } from '../text/walls-text.ts';
import type { World } from '../world.ts';
import { machineOf, told } from './choose-connection.ts';

export interface RunCommandOptions {
  readonly task?: string;
  readonly modelUpstream?: string;
  readonly watch?: boolean;
  readonly confirm?: string;
  readonly sandbox?: boolean;
}

/** Nobody sits there: what needs a person is refused at once, unless somebody was said to answer elsewhere. */
const isWatched = ({ stdin, stdout, stderr }: World): boolean =>
  stdin.isTTY === true || stdout.isTTY === true || stderr.isTTY === true;

export async function run(
  context: Context,
  agent: string,
  args: readonly string[],
  { task, modelUpstream, watch, confirm, sandbox }: RunCommandOptions,
): Promise<ExitCode | number> {
  const { world, out } = context;
  const connector = connectorNamed(agent);
  if (connector === null || connector.run === null) {
    const names = CONNECTORS.filter((one) => one.run !== null).map(({ name }) => `\`${name}\``);
    return out.error(`\`${visible(agent)}\` is not an agent it starts`, [names.join(', ')], EXIT.usage);
  }
  if (confirm !== undefined && confirm !== 'deny' && confirm !== 'wait')
    return out.error(`\`--confirm ${visible(confirm)}\` says nothing`, ['deny, wait'], EXIT.usage);
  const connection = connectDaemon(world, out);
  if (typeof connection === 'number') return connection;
  const { client, state } = connection;
  const status = await client.status();
  if (!status.ok) return tell(out, status.error);
  const done = await runAgent(connector, {
    ...(task !== undefined && { task }),
    ...(modelUpstream !== undefined && { modelUpstream }),
    machine: machineOf(world),
    args,
    client,
    port: state.port,
    confirm: confirm ?? (isWatched(world) ? 'wait' : 'deny'),
    run: Buffer.from(world.random(16)).toString('hex'),
    watch: watch !== false,
    walls: { asked: sandbox === true, config: status.value.sandbox },
    ended: (line) => out.note(`note: ${visible(line)}`),
    walled: (walls) => out.note(visible(wallsText(walls, machineOf(world), status.value.network))),
    unwatched: (why) => out.note(`note: this session cannot be watched elsewhere: ${visible(why)}`),
  });
  return done.ok ? done.value.code : told(out, done.fault);
}
