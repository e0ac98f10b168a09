// `castellan approve` and `castellan deny`. What is approved is what was shown: the digest of the shown card is sent, and
// the daemon refuses any other.
import type { Approval, FactorProof, ResolveRequest } from '@castellan/contract';
import { type Connection, tell } from '../connection.ts';
import type { Context } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { pickOrTell } from '../pick-id.ts';
import { askYes } from '../prompt.ts';
import { factorOf } from '../session/given.ts';
import { connectPerson } from '../session/person.ts';
import { card, isCritical, suggestionLines } from '../text/card.ts';
import { visible } from '../text/visible.ts';
import { isOpen, stateText } from '../text/words.ts';
import { isInteractive } from '../world.ts';

export interface ApproveOptions {
  readonly grant?: string;
  /** This call only, though its scope is the task. */
  readonly once?: boolean;
  /** The second factor, where approving this needs one. */
  readonly code?: string;
  readonly json?: boolean;
}

interface Chosen {
  readonly connection: Connection;
  readonly approval: Approval;
  /** Whether the person named it, or it was the only one. */
  readonly named: boolean;
}

async function choose({ world, out }: Context, id: string | undefined, command: string): Promise<Chosen | ExitCode> {
  const connection = await connectPerson(world, out, command === 'approved' ? 'approve' : 'deny');
  if (typeof connection === 'number') return connection;
  const list = await connection.client.approvals();
  if (!list.ok) return tell(out, list.error);
  const open = list.value.approvals.filter((approval) => isOpen(approval.state));
  if (id === undefined) {
    const [only] = open;
    if (only === undefined) return out.error('nothing is waiting');
    if (open.length > 1) {
      return out.error(
        `${open.length} approvals are waiting: say which`,
        ['`castellan pending` lists them'],
        EXIT.usage,
      );
    }
    if (isInteractive(world)) return { connection, approval: only, named: false };
    return out.error(
      `say which: without a terminal nothing is ${command} by default`,
      [`\`castellan ${command === 'approved' ? 'approve' : 'deny'} ${only.id}\``],
      EXIT.usage,
    );
  }
  // Those that wait come first, so that a short id never gets ambiguous through old ones.
  const waiting = open.filter((approval) => approval.id.includes(id));
  const among = waiting.length > 0 ? open : list.value.approvals;
  const picked = pickOrTell(
    out,
    'approval',
    among.map((approval) => approval.id),
    id,
    'castellan pending --all',
  );
  if (typeof picked === 'number') return picked;
  const approval = among.find((each) => each.id === picked.id);
  if (approval === undefined) return out.error(`there is no approval \`${visible(id)}\``);
  if (!isOpen(approval.state)) {
    return out.error(`\`${approval.id}\` was answered before: ${stateText(approval.state)}`, [
      'the first answer counts; `castellan pending` lists what still waits',
    ]);
  }
  return { connection, approval, named: true };
}

export async function approve(context: Context, id: string | undefined, options: ApproveOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'approve');
  if (refused !== undefined) return refused;
  const chosen = await choose(context, id, 'approved');
  if (typeof chosen === 'number') return chosen;
  const { approval, named } = chosen;
  const { grant } = options;
  const suggestion = approval.suggestions.find((each) => each.key === grant);
  if (grant !== undefined && suggestion === undefined) {
    const keys = approval.suggestions.map((each) => `\`${visible(each.key)}\``).join(', ');
    const hint = keys === '' ? 'no grant is offered for this call: approve it once' : `offered are ${keys}`;
    return out.error(`there is no grant \`${visible(grant)}\` to make with it`, [hint], EXIT.usage);
  }
  // A grant chosen here is instead of the task's.
  const forTask = approval.taskGrant !== null && options.once !== true && grant === undefined;
  if (!options.json) {
    out.lines(card(forTask ? approval : { ...approval, taskGrant: null }, world.clock.now(), out.width));
    if (approval.taskGrant !== null && !forTask) out.line('this call only; nothing more for the task');
    if (suggestion !== undefined) out.line(`and from now on: ${visible(suggestion.text)}`);
    else if (!named) out.lines(suggestionLines(approval, out.width));
  }
  // What was named is approved as it stands; a grant nobody has been shown is not part of what was named.
  const asks = isInteractive(world) && (!named || isCritical(approval) || forTask);
  const question = forTask ? 'approve this, and for this task what it says above? y/N ' : 'approve this? y/N ';
  if (asks && !(await askYes(world, question, approval.expiresAt))) {
    const late = world.clock.now() >= approval.expiresAt;
    out.note(late ? '\nnot approved; its time is up' : 'not approved; it still waits');
    return EXIT.done;
  }
  const proof: { readonly factor?: FactorProof } | ExitCode = approval.factorNeeded
    ? await factorOf(context, options.code, `\`castellan approve ${approval.id} --code CODE\``)
    : {};
  if (typeof proof === 'number') return proof;
  return send(
    context,
    chosen,
    {
      answer: 'approve',
      digest: approval.digest,
      once: !forTask,
      ...proof,
      ...(grant === undefined ? {} : { grant }),
    },
    options.json,
  );
}

export async function deny(
  context: Context,
  id: string | undefined,
  reason: readonly string[],
  options: { readonly json?: boolean },
): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'deny');
  if (refused !== undefined) return refused;
  const chosen = await choose(context, id, 'denied');
  if (typeof chosen === 'number') return chosen;
  const text = reason.join(' ').trim();
  return send(context, chosen, { answer: 'deny', ...(text === '' ? {} : { reason: text }) }, options.json);
}

async function send(
  { out }: Context,
  { connection, approval }: Chosen,
  body: ResolveRequest,
  json: boolean | undefined,
): Promise<ExitCode> {
  const answer = await connection.client.resolve({ params: { id: approval.id }, body });
  if (!answer.ok) return tell(out, answer.error);
  if (json) out.json(answer.value);
  else out.line(`${stateText(answer.value.state)}: ${visible(answer.value.summary)}`);
  return EXIT.done;
}
