// `castellan doctor`: everything that is to be said of this machine and this installation, with a fix for each. Where the daemon does
// not answer, what can be seen from here is said all the same. Exit code 1 where something must be fixed.
import { hereFacts, hereItems } from '@castellan/agents';
import { type ClientError, createClient, errorLines, readDaemonState, socketTransport } from '@castellan/client';
import type { CheckItem } from '@castellan/contract';
import type { Context, JsonOption } from '../context.ts';
import { loadPolicy } from '../offline/load.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { doctorLines } from '../text/doctor-text.ts';
import { stateFolder, type World } from '../world.ts';

/** A checklist that looks at every file takes its time on a slow disk; one that hangs is an answer too. */
const PATIENCE_MS = 60_000;

interface Seen {
  readonly daemon: 'running' | 'not-running' | 'silent';
  readonly checks: readonly CheckItem[];
}

export async function doctor({ world, out, command }: Context, options: JsonOption): Promise<ExitCode> {
  const { daemon, checks } = await look(world);
  const isFine = checks.every(({ state }) => state !== 'bad');
  if (options.json) out.json({ ok: isFine, daemon, checks });
  else out.lines(doctorLines(checks, { width: out.width, command }));
  return isFine ? EXIT.done : EXIT.failure;
}

const TITLE = 'The daemon runs and answers';
const daemonItem = (state: CheckItem['state'], evidence: string, fix: string): CheckItem => ({
  ...{ id: 'daemon', group: 'agents', title: TITLE, state, evidence, fix },
});

async function look(world: World): Promise<Seen> {
  const home = stateFolder(world);
  const found = readDaemonState(home);
  if (!found.ok) {
    const { message, hint } = found.fault;
    const said = `${message}: whatever connected agents attempt is refused until it runs`;
    return { daemon: 'not-running', checks: [daemonItem('bad', said, hint), ...(await fromHere(home))] };
  }
  const { socket, token, pid } = found.state;
  const client = createClient({ transport: socketTransport({ socketPath: socket, token }) });
  const answer = await client.checks({ signal: AbortSignal.timeout(PATIENCE_MS) });
  if (answer.ok) {
    const running = daemonItem('good', `process ${pid}`, '');
    return { daemon: 'running', checks: [running, ...answer.value.checks] };
  }
  return { daemon: 'silent', checks: [silent(answer.error), ...(await fromHere(home))] };
}

function silent(error: ClientError): CheckItem {
  if (error.kind === 'api' && error.error.error === 'setup_required')
    return daemonItem('bad', 'it runs, and nobody has an account: nothing is answered', 'run `castellan setup`');
  const { message, hints } = errorLines(error);
  return daemonItem('bad', message, hints[0] ?? 'run `castellan down`, then `castellan up`');
}

/** Without the daemon: the machine, the state folder, and what its configuration says. */
async function fromHere(home: string): Promise<readonly CheckItem[]> {
  const policy = loadPolicy(home);
  return hereItems(await hereFacts(home), policy.ok ? policy.value.config : null);
}
