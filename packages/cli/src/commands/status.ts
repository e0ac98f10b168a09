// `castellan status`: what runs, what waits, what is wrong. `--line` is one short line for a shell prompt.
import { createClient, readDaemonState, socketTransport } from '@castellan/client';
import type { Status } from '@castellan/contract';
import { typed } from '../command.ts';
import { ask } from '../connection.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { standing } from '../session/person.ts';
import { type Line, line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { duration, isHeld, plural } from '../text/words.ts';
import { stateFolder } from '../world.ts';

export interface StatusOptions {
  readonly json?: boolean;
  readonly line?: boolean;
}

export async function status(context: Context, options: StatusOptions): Promise<ExitCode> {
  if (options.line) return statusLine(context);
  const { world, out, command } = context;
  const answer = await ask(world, out, (client) => client.status());
  if (typeof answer === 'number') return answer;
  if (options.json) out.json(answer.value);
  else out.lines([...statusLines(answer.value, world.clock.now(), command), youLine(context)]);
  return EXIT.done;
}

function youLine({ world, command }: Context): Line {
  const found = standing(world);
  return found.kind === 'signed-in'
    ? line(`  you      ${found.session.name}, signed in in this terminal`)
    : line(`  you      not signed in in this terminal: \`${command} login\``);
}

/** The name first: passkeys are made and used there. */
const places = (addresses: readonly string[]): readonly string[] => [
  ...addresses.slice(0, 1).map((first) => first.replace('//127.0.0.1:', '//localhost:')),
  ...addresses,
];

export function statusLines(status: Status, now: number, command: string): readonly Line[] {
  const { policy, ledger } = status;
  const agents = status.agents.filter(isHeld);
  const seen = (at: number | null): string => (at === null ? 'never seen' : `seen ${duration(now - at)} ago`);
  const names = agents.map((agent) => `${visible(agent.name)} (${seen(agent.lastSeenAt)})`).join(', ');
  const alarms = status.alarms.filter((alarm) => alarm.endedAt === null);
  return [
    ...alarms.flatMap((alarm) => [
      line(`ALARM ${visible(alarm.text)}`, 'danger'),
      line(`hint: ${typed(command, visible(alarm.hint))}`, 'danger'),
    ]),
    line(`castellan ${status.version} has run for ${duration(now - status.startedAt)} (pid ${status.pid})`, 'strong'),
    line(`  address  ${places(status.addresses).join(', ')}`),
    ...(status.remote === null ? [] : [line(`  remote   ${status.remote}, for people who sign in`)]),
    line(`  state    ${status.stateFolder}`),
    wallsLine(status),
    line(`  policy   ${policy.preset}, ${plural(policy.rules, 'rule')}, ${plural(policy.modules, 'module')}`),
    ...policy.unaccepted.map((name) =>
      line(
        `           \`${visible(name)}\` is not believed yet: \`${command} modules accept ${visible(name)}\``,
        'caution',
      ),
    ),
    ...policy.faults.map((fault) => line(`           rejected: ${visible(fault)}`, 'danger')),
    line(`  ledger   ${plural(ledger.size, 'record')}`),
    ...(ledger.failed === null ? [] : [line(`           failed: ${visible(ledger.failed)}`, 'danger')]),
    line(`  agents   ${agents.length === 0 ? `none yet: \`${command} connect claude-code\`` : names}`),
    line(`  grants   ${status.grants}`),
    status.waiting === 0
      ? line('  waiting  nothing')
      : line(`  waiting  ${plural(status.waiting, 'approval')}: \`${command} watch\``, 'caution'),
  ];
}

/** Around what `run` starts. */
function wallsLine({ sandbox: { walls, runs } }: Status): Line {
  const when = runs === 'always' ? 'every run has them' : 'a run has them where it says `--sandbox`';
  if (walls !== null) return line(`  walls    ${walls}; ${when}`);
  const none = '  walls    none stand on this machine';
  return runs === 'always'
    ? line(`${none}, so that nothing is run: install bubblewrap`, 'danger')
    : line(none, 'caution');
}

/** Never an error text in somebody's prompt: one line, and the exit code says whether it runs. */
async function statusLine({ world, out }: Context): Promise<ExitCode> {
  const found = readDaemonState(stateFolder(world));
  if (!found.ok) {
    out.line('castellan off');
    return EXIT.failure;
  }
  const { socket, token } = found.state;
  const client = createClient({ transport: socketTransport({ socketPath: socket, token }) });
  const answer = await client.status({ signal: AbortSignal.timeout(500) });
  if (!answer.ok) {
    const unset = answer.error.kind === 'api' && answer.error.error.error === 'setup_required';
    out.line(unset ? 'castellan needs set-up' : 'castellan does not answer');
    return EXIT.failure;
  }
  const { waiting, alarms, ledger } = answer.value;
  const open = alarms.filter((alarm) => alarm.endedAt === null).length;
  const parts = [
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(open > 0 ? [plural(open, 'alarm')] : []),
    ...(ledger.failed === null ? [] : ['ledger failed']),
  ];
  out.line(`castellan ${parts.length === 0 ? 'on' : parts.join(', ')}`);
  return EXIT.done;
}
