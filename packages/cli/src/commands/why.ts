// `castellan why`: how one call came to its verdict: every rule looked at, which decided, what would change it (P12).
import { type Client, errorLines } from '@castellan/client';
import type { AttemptRecord, Call, JsonObject } from '@castellan/contract';
import type { Policy } from '@castellan/policy';
import { type Connection, connect, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { pickOrTell } from '../pick-id.ts';
import { recordText } from '../text/record-line.ts';
import { line } from '../text/tone.ts';
import { visible, visibleLines } from '../text/visible.ts';
import { timeOfDay } from '../text/words.ts';

/** Of a whole id, its beginning or end; the call of an approval is meant as well. */
export async function findCall(
  { out }: Context,
  { client }: Connection,
  part: string,
): Promise<{ readonly id: string } | ExitCode> {
  if (/^call_[0-9a-z]{20}$/.test(part)) return { id: part };
  const [page, list] = await Promise.all([
    client.ledger({ query: { q: 'kind:attempt', limit: 1000 } }),
    client.approvals(),
  ]);
  if (!page.ok) return tell(out, page.error);
  if (!list.ok) return tell(out, list.error);
  const calls = page.value.records.flatMap(({ record }) => (record.kind === 'attempt' ? [record.call] : []));
  const approvals = list.value.approvals.map((approval) => approval.id);
  const picked = pickOrTell<string>(out, 'call', [...calls, ...approvals], part, 'castellan log kind:attempt');
  if (typeof picked === 'number') return picked;
  return { id: list.value.approvals.find((approval) => approval.id === picked.id)?.call ?? picked.id };
}

export async function why(context: Context, part: string, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const found = await findCall(context, connection, part);
  if (typeof found === 'number') return found;
  const answer = await connection.client.call({ params: { id: found.id } });
  if (!answer.ok) return tell(out, answer.error);
  const view = answer.value;
  const told = await explanation(connection.client, view.attempt);
  if (options.json) {
    out.json({ ...view, explanation: told.lines });
    return EXIT.done;
  }
  const { attempt } = view;
  out.lines([
    line(`${attempt.call}: ${visible(attempt.module)}/${visible(attempt.tool)} in ${visible(attempt.cwd)}`, 'strong'),
    line(`  ${chainOf(attempt)}`, 'quiet'),
    ...(await drawn(attempt, told, context)),
    line('what happened', 'quiet'),
    ...view.records.map((record) => line(`  ${timeOfDay(record.at)} ${record.kind}: ${recordText(record)}`)),
  ]);
  return EXIT.done;
}

/** Whose it was, from the widest to the call itself. */
const chainOf = ({ agent, task, session, subagent }: AttemptRecord): string =>
  [agent, task, session, ...(subagent === undefined ? [] : [`sub-agent ${visible(subagent)}`])].join(' > ');

interface Explanation {
  readonly lines: readonly string[];
  /** Today's, where it has no faults. */
  readonly policy: Policy | undefined;
}

export type Explained =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** For `watch`: the same lines, safe to print. */
export async function explainCall(client: Client, call: string): Promise<Explained> {
  const answer = await client.call({ params: { id: call } });
  if (!answer.ok) return { ok: false, message: visible(errorLines(answer.error).message) };
  return { ok: true, lines: (await explanation(client, answer.value.attempt)).lines.map(visible) };
}

/** The attempt again as a call; its arguments are redacted, which no rule is asked about here. */
function callOf(attempt: AttemptRecord): Call {
  const { call: id, agent, task, session, module, tool, cwd, workspace, origin, at } = attempt;
  const isObject =
    typeof attempt.arguments === 'object' && attempt.arguments !== null && !Array.isArray(attempt.arguments);
  const args: JsonObject = isObject ? (attempt.arguments as JsonObject) : { value: attempt.arguments };
  return { id, agent, task, session, module, tool, arguments: args, cwd, workspace, origin, at };
}

/** Loaded only here: the policy engine is large, and most commands do without. */
async function explanation(client: Client, attempt: AttemptRecord): Promise<Explanation> {
  const status = await client.status();
  const folder = status.ok ? status.value.stateFolder : undefined;
  const [{ explain }, { loadPolicy }] = await Promise.all([import('@castellan/policy'), import('../offline/load.ts')]);
  const policy = folder === undefined ? undefined : loadPolicy(folder);
  if (policy?.ok === true) {
    const lines = explain(callOf(attempt), attempt.effects, attempt.verdict, policy.value);
    return { lines, policy: policy.value };
  }
  const lines = [
    `outcome: ${attempt.verdict.outcome}`,
    ...attempt.verdict.reasons.map((reason) => `${reason.source} ${reason.id}: ${reason.text}`),
    'note: the policy folder has faults now (`castellan policy check`), so the other rules cannot be shown',
  ];
  return { lines, policy: undefined };
}

/** A shell call as `castellan try` draws it; any other with its arguments whole. */
async function drawn(attempt: AttemptRecord, { lines, policy }: Explanation, { world, out }: Context) {
  const call = callOf(attempt);
  const [{ rulesLooked, shellCommand }, { shellLines, verdictLines }] = await Promise.all([
    import('../offline/shell-call.ts'),
    import('../text/drawing.ts'),
  ]);
  const command = policy === undefined ? undefined : shellCommand(call, policy);
  if (policy === undefined || command === undefined) {
    return [
      ...visibleLines(JSON.stringify(attempt.arguments, null, 2)).map((text) => line(`  ${text}`, 'quiet')),
      ...lines.map((text) => line(visible(text))),
    ];
  }
  // What was redacted is shorter or longer than what ran: marks would stand at the wrong words.
  const marked = !command.includes('[REDACTED');
  return [
    ...shellLines(command, attempt.effects, { home: world.userHome, workspace: call.workspace }, out.width, marked),
    line(''),
    ...verdictLines(attempt.verdict, out.width, 'past'),
    line(''),
    ...rulesLooked(call, attempt.effects, attempt.verdict, policy).map((text) => line(visible(text), 'quiet')),
  ];
}
