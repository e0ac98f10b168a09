// `castellan undo`: what could be taken back, what it would change, and doing it. What is done is what was shown: the digest of the
// plan that stood there is sent, and the daemon refuses any other.
import { resolve } from 'node:path';
import { type UndoPlan, type UndoTarget, undoTargetSchema } from '@castellan/contract';
import { type Connection, tell } from '../connection.ts';
import type { Context } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { pickOrTell } from '../pick-id.ts';
import { askYes } from '../prompt.ts';
import { connectPerson } from '../session/person.ts';
import { planLines, undoableLines } from '../text/undo-text.ts';
import { visible } from '../text/visible.ts';
import { plural } from '../text/words.ts';
import { isInteractive } from '../world.ts';

export interface UndoOptions {
  readonly dryRun?: boolean;
  readonly only?: readonly string[];
  readonly skipConflicts?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const MIB = 1_048_576;
/** A plan that nobody answers for so long is another by then. */
const ANSWER_MS = 15 * 60_000;

export async function undo(context: Context, part: string | undefined, options: UndoOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'undo');
  if (refused !== undefined) return refused;
  const connection = await connectPerson(world, out, 'undo');
  if (typeof connection === 'number') return connection;
  if (part === undefined) return list(context, connection, options);
  const of = await targetOf(context, connection, part);
  if (typeof of === 'number') return of;
  const only = (options.only ?? []).map((path) => resolve(world.cwd, path));
  const answer = await connection.client.undoPlan({ body: { of, only } });
  if (!answer.ok) return tell(out, answer.error);
  const plan = answer.value;
  if (only.length > 0 && plan.steps.length === 0)
    return out.error(`it changed nothing at or below ${only.map((path) => `\`${visible(path)}\``).join(', ')}`, [
      `\`castellan undo ${part} --dry-run\` names what it changed; \`--only\` takes one of them, or a folder of theirs`,
    ]);
  const shows = options.json !== true;
  if (shows) out.lines(planLines(plan, out.width));
  if (options.dryRun === true || plan.ready === 0) {
    if (!shows) out.json(plan);
    else if (plan.ready === 0) out.line(plan.same > 0 ? 'nothing to undo: it is as it was' : 'nothing can be undone');
    return plan.ready > 0 || plan.conflicts + plan.lost === 0 ? EXIT.done : EXIT.failure;
  }
  const against = plan.conflicts + plan.lost;
  if (against > 0 && options.skipConflicts !== true)
    return out.error(`nothing was undone: ${plural(against, 'path')} stand against it`, [
      '`--skip-conflicts` leaves them alone and does the rest',
      `\`--only PATH\` does a part, as in \`castellan undo ${part} --only ${exampleOf(plan)}\``,
    ]);
  if (options.yes !== true) {
    if (!isInteractive(world))
      return out.error(
        'without a terminal nothing is undone unasked',
        ['look with `--dry-run`, then `--yes`'],
        EXIT.usage,
      );
    if (!(await askYes(world, `undo ${plural(plan.ready, 'path')}? y/N `, world.clock.now() + ANSWER_MS))) {
      out.note('nothing was undone');
      return EXIT.done;
    }
  }
  return run(context, connection, plan, only, options);
}

/** One of its paths as it can be typed; a name that a shell reads otherwise is none that anybody should copy. */
const exampleOf = ({ steps }: UndoPlan): string =>
  steps.find(({ state, path }) => state === 'ready' && /^[\w./@+-]+$/.test(path))?.path ?? 'src';

async function run(
  { out }: Context,
  { client }: Connection,
  { of, digest }: UndoPlan,
  only: string[],
  { skipConflicts = false, json }: UndoOptions,
): Promise<ExitCode> {
  const answer = await client.undo({ body: { of, only, digest, skipConflicts } });
  if (!answer.ok) return tell(out, answer.error);
  const { call, done, failed, skipped } = answer.value;
  if (json) out.json(answer.value);
  else {
    for (const { path, why } of failed) out.line(`${visible(path)}: ${visible(why)}`);
    const left = skipped === 0 ? '' : `, ${skipped} left alone`;
    out.line(`${plural(done, 'path')} undone${left}; \`castellan undo ${call}\` takes that back`);
  }
  return failed.length === 0 ? EXIT.done : EXIT.failure;
}

async function list({ world, out }: Context, { client }: Connection, { json }: UndoOptions): Promise<ExitCode> {
  const answer = await client.undoables({ query: { limit: 50 } });
  if (!answer.ok) return tell(out, answer.error);
  const { enabled, calls, bytes, maxBytes } = answer.value;
  if (json) {
    out.json(answer.value);
    return EXIT.done;
  }
  for (const text of undoableLines(calls, world.clock.now())) out.line(text);
  if (!enabled) out.line('undo is switched off (`undo.enabled` in config.yaml): nothing new is kept');
  else if (calls.length === 0) out.line('nothing to undo: no call changed a file yet');
  else out.note(`${Math.ceil(bytes / MIB)} of ${Math.floor(maxBytes / MIB)} MiB are used`);
  return EXIT.done;
}

/** A whole id, or a part of one that only one call or task has. */
async function targetOf({ out }: Context, { client }: Connection, part: string): Promise<UndoTarget | ExitCode> {
  const whole = undoTargetSchema.safeParse(part);
  if (whole.success && /_[0-9a-z]{20}$/.test(part)) return whole.data;
  const answer = await client.undoables({ query: { limit: 500 } });
  if (!answer.ok) return tell(out, answer.error);
  const ids = answer.value.calls.flatMap(({ call, task }): UndoTarget[] => [call, task]);
  const picked = pickOrTell(out, 'call or task to undo', ids, part, 'castellan undo');
  return typeof picked === 'number' ? picked : picked.id;
}
