// `castellan scripts approve`, `reject`, `disable`, `restore`. INVARIANT: what is approved is what was shown: its digest stands in the
// question and goes with the answer, and the daemon refuses any other.
import type { Client } from '@castellan/client';
import type { FactorProof, ScriptReview, ScriptVersion } from '@castellan/contract';
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { askLine, askWord, askYes } from '../../prompt.ts';
import { factorOf } from '../../session/given.ts';
import { connectPerson } from '../../session/person.ts';
import { isInteractive } from '../../world.ts';
import { notThat, reviewOf, type VersionOption, versionOf, viewOf } from './find.ts';
import { parted } from './show.ts';
import { whoOf } from './who.ts';
import { capabilityLines, diffPart, headLines, shortDigest, sourcePart, stateWords, testPart } from './words.ts';

const HOUR = 3_600_000;

export interface AnswerOptions extends JsonOption, VersionOption {
  /** The second factor, where this needs one. */
  readonly code?: string;
}
export interface RejectOptions extends JsonOption, VersionOption {
  readonly reason?: string;
}

interface Chosen {
  readonly client: Client;
  readonly version: ScriptVersion;
}

async function choose(
  { world, out }: Context,
  command: string,
  name: string,
  options: VersionOption,
  prefer: (versions: readonly ScriptVersion[]) => ScriptVersion | undefined,
): Promise<Chosen | ExitCode> {
  const connection = await connectPerson(world, out, `scripts ${command}`);
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const found = await viewOf(out, client, name);
  if (typeof found === 'number') return found;
  const named = options.version !== undefined || options.digest !== undefined;
  const preferred = named ? undefined : prefer(found.view.versions);
  const chosen = preferred === undefined ? versionOf(out, found.view, options) : { version: preferred };
  return typeof chosen === 'number' ? chosen : { client, version: chosen.version };
}

const waiting = (versions: readonly ScriptVersion[]): ScriptVersion | undefined =>
  versions.find(({ state }) => state.kind === 'pending');

export async function scriptsApprove(context: Context, name: string, options: AnswerOptions): Promise<ExitCode> {
  const { out } = context;
  const chosen = await choose(context, 'approve', name, options, waiting);
  if (typeof chosen === 'number') return chosen;
  const { client, version } = chosen;
  const { kind } = version.state;
  if (kind !== 'pending' && kind !== 'rejected') {
    if (kind === 'approved') return notThat(out, version, 'waiting');
    return out.error(`version ${version.number} of \`${name}\` was approved before`, [
      `\`castellan scripts restore ${name} --version ${version.number}\` approves it again`,
    ]);
  }
  return answer(context, chosen, 'approve', options, (factor) =>
    client.approveScript({ params: { name }, body: { digest: version.digest, ...factor } }),
  );
}

export async function scriptsRestore(context: Context, name: string, options: AnswerOptions): Promise<ExitCode> {
  const before = (versions: readonly ScriptVersion[]): ScriptVersion | undefined =>
    versions.find(({ state }) => state.kind === 'superseded' || state.kind === 'disabled');
  const chosen = await choose(context, 'restore', name, options, before);
  if (typeof chosen === 'number') return chosen;
  const { client, version } = chosen;
  const { kind } = version.state;
  if (kind === 'pending' || kind === 'rejected')
    return context.out.error(`version ${version.number} of \`${name}\` was never approved`, [
      `\`castellan scripts approve ${name} --version ${version.number}\` shows it and asks`,
    ]);
  return answer(context, chosen, 'restore', options, (factor) =>
    client.restoreScript({ params: { name }, body: { digest: version.digest, ...factor } }),
  );
}

type Send = (factor: { readonly factor?: FactorProof }) => ReturnType<Client['approveScript']>;

async function answer(
  context: Context,
  { client, version }: Chosen,
  command: 'approve' | 'restore',
  options: AnswerOptions,
  send: Send,
): Promise<ExitCode> {
  const { out } = context;
  const seen = await reviewOf(out, client, version);
  if (typeof seen === 'number') return seen;
  const agreed = await agree(context, client, seen.review, command, options);
  if (agreed !== null) return agreed;
  const { script, digest } = version;
  const hint = `\`castellan scripts ${command} ${script} --digest ${shortDigest(digest)} --code CODE\``;
  const proof: { readonly factor?: FactorProof } | ExitCode = seen.review.factorNeeded
    ? await factorOf(context, options.code, hint)
    : {};
  if (typeof proof === 'number') return proof;
  const done = await send(proof);
  if (!done.ok) return tell(out, done.error);
  if (options.json) out.json(done.value);
  else out.line(`${script}, version ${done.value.number}: ${stateWords(done.value.state)}`);
  return EXIT.done;
}

/** Shows it and asks; null: the answer was yes. Whoever names the digest has seen what it stands for. */
async function agree(
  context: Context,
  client: Client,
  review: ScriptReview,
  command: 'approve' | 'restore',
  options: AnswerOptions,
): Promise<ExitCode | null> {
  const { world, out } = context;
  const { script, digest, state } = review.version;
  if (options.digest !== undefined) return null;
  if (options.json !== true || isInteractive(world))
    out.lines(
      parted([
        headLines(review, out.width, await whoOf(client)),
        review.against === null ? sourcePart(review) : diffPart(review),
        testPart(review, out.width),
        capabilityLines(review, out.width),
      ]),
    );
  if (!isInteractive(world))
    return out.error(
      'there is no terminal to ask on',
      [`look at it, then \`castellan scripts ${command} ${script} --digest ${shortDigest(digest)}\``],
      EXIT.usage,
    );
  const mayReject = state.kind === 'pending';
  const keys = `y: yes,${mayReject ? ' r: reject,' : ''} s: source, d: changes, else: no `;
  const question = `${command} ${shortDigest(digest)}? ${keys}`;
  const until = world.clock.now() + HOUR;
  for (;;) {
    const word = await askWord(world, question, until);
    if (word === 's' || word === 'source') out.lines(sourcePart(review));
    else if (word === 'd' || word === 'diff') out.lines(diffPart(review));
    else if (word === 'y' || word === 'yes') return null;
    else if (mayReject && (word === 'r' || word === 'reject')) return reject(context, client, review.version, options);
    else {
      out.note(`nothing was done; \`castellan scripts reject ${script} --reason TEXT\` tells its author why`);
      return EXIT.done;
    }
  }
}

export async function scriptsReject(context: Context, name: string, options: RejectOptions): Promise<ExitCode> {
  const { out } = context;
  const chosen = await choose(context, 'reject', name, options, waiting);
  if (typeof chosen === 'number') return chosen;
  const { client, version } = chosen;
  if (version.state.kind !== 'pending') return notThat(out, version, 'waiting');
  return reject(context, client, version, options);
}

async function reject(
  { world, out }: Context,
  client: Client,
  { script: name, digest }: ScriptVersion,
  options: RejectOptions,
): Promise<ExitCode> {
  const given = options.reason ?? (isInteractive(world) ? await askLine(world, 'why (its author reads this): ') : '');
  const reason = given.trim();
  if (reason === '')
    return out.error(
      'say why: its author reads the reason',
      [`\`castellan scripts reject ${name} --reason TEXT\``],
      EXIT.usage,
    );
  const done = await client.rejectScript({ params: { name }, body: { digest, reason } });
  if (!done.ok) return tell(out, done.error);
  if (options.json) out.json(done.value);
  else out.line(`${name}, version ${done.value.number}: ${stateWords(done.value.state)}`);
  return EXIT.done;
}

export interface DisableOptions extends JsonOption {
  readonly reason?: string;
  readonly yes?: boolean;
}

export async function scriptsDisable(context: Context, name: string, options: DisableOptions): Promise<ExitCode> {
  const { world, out } = context;
  const connection = await connectPerson(world, out, 'scripts disable');
  if (typeof connection === 'number') return connection;
  const found = await viewOf(out, connection.client, name);
  if (typeof found === 'number') return found;
  if (options.yes !== true && isInteractive(world)) {
    const loads = found.view.loadedBy.length === 0 ? '' : `, nor ${found.view.loadedBy.join(', ')}, which load it`;
    const yes = await askYes(
      world,
      `nothing of ${name} will run any more${loads}. disable it? y/N `,
      world.clock.now() + HOUR,
    );
    if (!yes) {
      out.note('nothing was done');
      return EXIT.done;
    }
  }
  const done = await connection.client.disableScript({ params: { name }, body: { reason: options.reason ?? '' } });
  if (!done.ok) return tell(out, done.error);
  if (options.json) out.json(done.value);
  else {
    out.line(`${name} is disabled: nothing of it runs any more`);
    out.note(`\`castellan scripts restore ${name}\` approves it again`);
  }
  return EXIT.done;
}
