// `castellan doctor`: everything that is to be said of this machine and this installation, with a fix for each. Where the daemon does
// not answer, what can be seen from here is said all the same. Exit code 1 where something must be fixed. `--fix` has the daemon do what
// can be done safely, as the person who signed in: nothing is mended here, for nothing would be on record.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hereFacts, hereItems } from '@castellan/agents';
import { type ClientError, createClient, errorLines, readDaemonState, socketTransport } from '@castellan/client';
import { type CheckItem, checkedLines, checkOf } from '@castellan/contract';
import { verifyLedger } from '@castellan/ledger';
import type { Context, JsonOption } from '../context.ts';
import { loadPolicy } from '../offline/load.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { checklistLines } from '../text/checklist-text.ts';
import { doctorLines } from '../text/doctor-text.ts';
import { plural } from '../text/words.ts';
import { stateFolder, type World } from '../world.ts';
import { mend } from './doctor-fix.ts';
import { threadsFor } from './verify-threads.ts';

/** A checklist that looks at every file takes its time on a slow disk; one that hangs is an answer too. */
const PATIENCE_MS = 60_000;

export interface DoctorOptions extends JsonOption {
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly checklist?: boolean;
}

interface Seen {
  readonly daemon: 'running' | 'not-running' | 'silent';
  readonly checks: readonly CheckItem[];
}

export async function doctor(context: Context, options: DoctorOptions): Promise<ExitCode> {
  const { world, out, command } = context;
  const mended = options.fix === true ? await mend(context, options) : { done: [] };
  if (typeof mended === 'number') return mended;
  const { daemon, checks } = await look(world);
  const isFine = checks.every(({ state }) => state !== 'bad');
  const at = { width: out.width, command };
  if (options.json) {
    const fixed = options.fix === true ? { fixed: mended.done } : {};
    const checklist = options.checklist === true ? { checklist: checkedLines(checks) } : {};
    out.json({ ok: isFine, daemon, checks, ...fixed, ...checklist });
  } else out.lines(options.checklist === true ? checklistLines(checkedLines(checks), at) : doctorLines(checks, at));
  return isFine ? EXIT.done : EXIT.failure;
}

async function look(world: World): Promise<Seen> {
  const home = stateFolder(world);
  const found = readDaemonState(home);
  if (!found.ok) {
    const { message, hint } = found.fault;
    const said = `${message}: whatever connected agents attempt is refused until it runs`;
    return { daemon: 'not-running', checks: [checkOf('daemon', 'bad', said, hint), ...(await fromHere(home))] };
  }
  const { socket, token, pid, version } = found.state;
  const client = createClient({ transport: socketTransport({ socketPath: socket, token }) });
  const answer = await client.checks({ signal: AbortSignal.timeout(PATIENCE_MS) });
  if (answer.ok) {
    const running = checkOf('daemon', 'good', `process ${pid}, version ${version}`);
    return { daemon: 'running', checks: [running, ...answer.value.checks] };
  }
  return { daemon: 'silent', checks: [silent(answer.error), ...(await fromHere(home))] };
}

function silent(error: ClientError): CheckItem {
  if (error.kind === 'api' && error.error.error === 'setup_required')
    return checkOf('daemon', 'bad', 'it runs, and nobody has an account: nothing is answered', 'run `castellan setup`');
  const { message, hints } = errorLines(error);
  return checkOf('daemon', 'bad', message, hints[0] ?? 'run `castellan down`, then `castellan up`');
}

/** Without the daemon: the machine, the state folder, what its configuration says, and whether the ledger verifies. */
async function fromHere(home: string): Promise<readonly CheckItem[]> {
  const policy = loadPolicy(home);
  const items = hereItems(await hereFacts(home), policy.ok ? policy.value.config : null);
  return [...items, ...(await ledgerItems(home))];
}

/**
 * INVARIANT: says nothing of the end of the ledger. What was signed last is kept in the database, where this program does not look; a
 * daemon does, and does not start over a ledger that was cut. One that is gone altogether is seen from here.
 */
async function ledgerItems(home: string): Promise<readonly CheckItem[]> {
  const folder = join(home, 'ledger');
  const wasUsed = existsSync(join(home, 'castellan.db'));
  const fix = 'keep the folder as evidence; `castellan ledger verify` says where it begins';
  const gone = 'look for a copy of it: `castellan restore` brings one back';
  if (!existsSync(folder)) return wasUsed ? [checkOf('ledger-verified', 'bad', 'the ledger is gone', gone)] : [];
  try {
    const result = await verifyLedger(folder, { threads: threadsFor(undefined), isAlone: true });
    if (result.kind === 'verified' && result.size === 0 && wasUsed)
      return [checkOf('ledger-verified', 'bad', 'the ledger is empty, and it was not', gone)];
    if (result.kind === 'verified') {
      const seen = `just now: ${plural(result.size, 'record')}, none changed; whether the last ones are all there is seen when the daemon starts`;
      return [checkOf('ledger-verified', 'good', seen)];
    }
    return [checkOf('ledger-verified', 'bad', `just now: ${result.kind}, from record ${result.record} on`, fix)];
  } catch {
    return [checkOf('ledger-verified', 'unknown', 'it cannot be read', fix)];
  }
}
