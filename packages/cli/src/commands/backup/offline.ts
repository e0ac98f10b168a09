// `castellan backup verify`, `restore` and `recover-database`: without a daemon. The daemon's program does them, started for that
// one thing: it alone knows how a state is kept.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { OfflineAnswer, OfflineRequest } from '@castellan/contract';
import type { Context, JsonOption } from '../../context.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { runOffline } from '../../start-daemon.ts';
import { line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { plural } from '../../text/words.ts';
import { stateFolder } from '../../world.ts';
import { agreed } from '../system/agreed.ts';
import { oldPassphrase, type PassphraseOption } from './passphrase.ts';
import { sizeText, timeText, vaultText } from './words.ts';

type Answered<Kind extends OfflineAnswer['kind']> = Extract<OfflineAnswer, { readonly kind: Kind }>;

/** What it came to, or the exit code where it came to nothing, which is said. */
async function asked<Kind extends OfflineAnswer['kind']>(
  { world, out }: Context,
  request: OfflineRequest,
  kind: Kind,
): Promise<Answered<Kind> | ExitCode> {
  const answer = await runOffline(world, request);
  if (typeof answer === 'string') return out.error(answer);
  const isWanted = (each: OfflineAnswer): each is Answered<Kind> => each.kind === kind;
  if (isWanted(answer)) return answer;
  if (answer.kind !== 'refused') return out.error('the daemon answered something else than was asked');
  return out.error(visible(answer.message), answer.hints.map(visible), answer.exitCode);
}

/** Said before a passphrase is asked for. Null: there is something. */
function missingCopy({ world, out }: Context, file: string): ExitCode | null {
  const path = resolve(world.cwd, file);
  if (existsSync(path)) return null;
  return out.error(`there is no copy at \`${visible(path)}\``, [
    '`castellan backup list` shows those that were made here',
  ]);
}

export async function backupVerify(
  context: Context,
  file: string,
  options: JsonOption & PassphraseOption,
): Promise<ExitCode> {
  const { world, out } = context;
  const missing = missingCopy(context, file);
  if (missing !== null) return missing;
  const given = await oldPassphrase(context, options);
  if (typeof given === 'number') return given;
  const request = { task: 'verify-copy', file: resolve(world.cwd, file), home: stateFolder(world) } as const;
  const answer = await asked(context, { ...request, passphrase: given.value }, 'verified');
  if (typeof answer === 'number') return answer;
  if (options.json) {
    out.json(answer);
    return EXIT.done;
  }
  const { about, files, bytes, records, root } = answer;
  out.lines([
    line(`whole: every byte of it, and its ledger of ${plural(records, 'record')}`, 'good'),
    line(
      `  made ${timeText(about.at)} by Castellan ${visible(about.version)}; ${sizeText(bytes)}, ${plural(files, 'file')}`,
    ),
    line(`  root ${root}`),
    line(`  ${vaultText(about.vault)}`),
    line(`  people: ${about.people.length === 0 ? 'none' : about.people.map(visible).join(', ')}`),
  ]);
  return EXIT.done;
}

export interface RestoreOptions extends JsonOption, PassphraseOption {
  readonly to?: string;
  readonly replace?: boolean;
  readonly yes?: boolean;
}

export async function restore(context: Context, file: string, options: RestoreOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'restore');
  if (refused !== undefined) return refused;
  const missing = missingCopy(context, file);
  if (missing !== null) return missing;
  const home = options.to === undefined ? stateFolder(world) : resolve(world.cwd, options.to);
  const given = await oldPassphrase(context, options);
  if (typeof given === 'number') return given;
  if (options.replace === true) {
    const question = `move what is in ${visible(home)} aside and put the copy in its place? [y/N] `;
    const no = await agreed(world, out, options.yes === true, question);
    if (no !== null) return no;
  }
  const request = { task: 'restore', file: resolve(world.cwd, file), home, passphrase: given.value } as const;
  const answer = await asked(context, { ...request, replace: options.replace === true }, 'restored');
  if (typeof answer === 'number') return answer;
  if (options.json) {
    out.json(answer);
    return EXIT.done;
  }
  const { about, aside, records, panic } = answer;
  out.lines([
    line(`restored in ${visible(home)}: as it was ${timeText(about.at)}, ${plural(records, 'record')}`, 'good'),
    ...(aside === null ? [] : [line(`  what was there before: ${visible(aside)}`)]),
    ...(panic ? [line('  a panic stands as before; `castellan recover` ends it', 'danger')] : []),
    line('at its first start everything that lets a program in ends: agents, API tokens, grants'),
    line('next:'),
    // Without it the commands below would be about the state that is there already.
    ...(home === stateFolder(world)
      ? []
      : [line(`  export CASTELLAN_HOME='${visible(home).replaceAll("'", "'\\''")}'`)]),
    line('  castellan up'),
    ...(about.vault === 'passphrase' ? [line('  castellan secrets unlock   with the passphrase of the copy')] : []),
    line('  castellan connect          each agent anew'),
  ]);
  return EXIT.done;
}

export async function recoverDatabase(
  context: Context,
  options: JsonOption & { readonly yes?: boolean },
): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'recover-database');
  if (refused !== undefined) return refused;
  const question = 'make the database anew from the ledger? People, grants and tokens are not in it. [y/N] ';
  const no = await agreed(world, out, options.yes === true, question);
  if (no !== null) return no;
  const answer = await asked(context, { task: 'recover-database', home: stateFolder(world) }, 'database-recovered');
  if (typeof answer === 'number') return answer;
  if (options.json) {
    out.json(answer);
    return EXIT.done;
  }
  const { records, agents, aside, checkpoint } = answer;
  out.lines([
    line(`made anew from ${plural(records, 'record')}: calls, approvals and outcomes are found again`, 'good'),
    line(`  agents, all to be connected again: ${agents.length === 0 ? 'none' : agents.map(visible).join(', ')}`),
    ...(aside === null ? [] : [line(`  the damaged one: ${visible(aside)}`)]),
    ...(checkpoint ? [] : [line('  what showed a ledger that was cut back could not be read any more', 'caution')]),
    line('gone: people and passwords, grants, API tokens, schedules, which scripts were approved'),
    line('next: `castellan up` shows a one-time code, and `castellan setup` makes the first account'),
  ]);
  return EXIT.done;
}
