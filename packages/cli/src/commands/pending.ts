// `castellan pending`: what waits for an answer, oldest first.
import type { Approval } from '@castellan/contract';
import { ask } from '../connection.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { card, suggestionLines, taskGrantLines } from '../text/card.ts';
import { line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { duration, isOpen, plural, stateText } from '../text/words.ts';
import { table } from '../text/wrap.ts';

export interface PendingOptions {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly full?: boolean;
}

/** The part of an id that is short to type and still tells two apart. */
export const shortId = (id: string): string => id.slice(id.indexOf('_') + 1).slice(0, 6);

export async function pending(context: Context, options: PendingOptions): Promise<ExitCode> {
  const { world, out } = context;
  const answer = await ask(world, out, (client) => client.approvals());
  if (typeof answer === 'number') return answer;
  const wanted = answer.value.approvals
    .filter((approval) => options.all === true || isOpen(approval.state))
    .toSorted((a, b) => a.createdAt - b.createdAt);
  if (options.json) {
    out.json({ approvals: wanted });
    return EXIT.done;
  }
  const scripts = await ask(world, out, (client) => client.scripts());
  if (typeof scripts === 'number') return scripts;
  // Versions of scripts have no time to answer in, and a list of their own.
  const review = scripts.value.scripts.filter((each) => each.pending.length > 0).map(({ name }) => name);
  if (review.length > 0)
    out.note(`${plural(review.length, 'script')} to review: \`castellan scripts approve ${review[0]}\``);
  if (wanted.length === 0) {
    out.line(options.all ? 'no approvals yet' : 'nothing is waiting');
    return EXIT.done;
  }
  const now = world.clock.now();
  if (options.full) {
    for (const approval of wanted) {
      out.lines([...card(approval, now, out.width), ...suggestionLines(approval, out.width), line('')]);
    }
    return EXIT.done;
  }
  for (const [index, text] of table(wanted.map((approval) => row(approval, now))).entries()) {
    out.line(text);
    const approval = wanted[index];
    if (approval === undefined || !isOpen(approval.state)) continue;
    out.lines(taskGrantLines(approval, out.width - 8).map((each) => ({ ...each, text: `        ${each.text}` })));
  }
  if (wanted.some((approval) => isOpen(approval.state))) {
    out.note(
      '`castellan approve ID` shows it whole and approves; `castellan deny ID` denies; `--full` shows all of it',
    );
  }
  return EXIT.done;
}

function row(approval: Approval, now: number): readonly string[] {
  const state = isOpen(approval.state) ? `${duration(approval.expiresAt - now)} left` : stateText(approval.state);
  return [shortId(approval.id), state, visible(approval.agentName), visible(approval.summary)];
}
