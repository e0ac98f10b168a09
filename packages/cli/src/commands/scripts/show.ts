// `castellan scripts`, `scripts show`, `scripts runs`, `scripts log`: what there is, one version as it is reviewed, what ran.
import { ask, connect, tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { pickOrTell } from '../../pick-id.ts';
import { type Line, line } from '../../text/tone.ts';
import { instant } from '../../text/words.ts';
import { labelled } from '../../text/wrap.ts';
import { scheduleOf } from '../schedule/find.ts';
import { reviewOf, type VersionOption, versionOf, viewOf } from './find.ts';
import { stoppedOf, whoOf } from './who.ts';
import {
  capabilityLines,
  diffPart,
  headLines,
  listLines,
  quotaLine,
  runLines,
  runRows,
  shortDigest,
  sourcePart,
  testPart,
  versionRows,
} from './words.ts';

export async function scriptsList({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const answer = await client.scripts();
  if (!answer.ok) return tell(out, answer.error);
  const { scripts } = answer.value;
  if (options.json) out.json(answer.value);
  else for (const text of listLines(scripts, await stoppedOf(client, scripts), out.width)) out.line(text);
  return EXIT.done;
}

export interface ShowOptions extends JsonOption, VersionOption {
  readonly diff?: boolean;
  readonly source?: boolean;
}

/** Alone: everything of it. `--diff` or `--source`: that part alone. */
export async function scriptsShow({ world, out }: Context, name: string, options: ShowOptions): Promise<ExitCode> {
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const found = await viewOf(out, client, name);
  if (typeof found === 'number') return found;
  const { view } = found;
  const chosen = versionOf(out, view, options);
  if (typeof chosen === 'number') return chosen;
  const seen = await reviewOf(out, client, chosen.version);
  if (typeof seen === 'number') return seen;
  const { review } = seen;
  if (options.json) {
    const { versions, runs, today, quota, loadedBy } = view;
    out.json({ review, versions, runs, today, quota, loadedBy });
    return EXIT.done;
  }
  if (options.diff === true || options.source === true) {
    const parts = [
      ...(options.diff === true ? diffPart(review) : []),
      ...(options.source === true ? sourcePart(review) : []),
    ];
    out.lines(parts);
    return EXIT.done;
  }
  const who = await whoOf(client);
  const rows = versionRows(view.versions, who, out.width).map((text) => line(text));
  const runs = runRows(view.runs.slice(0, 5), out.width - 2, who).map((text) => line(`  ${text}`));
  out.lines(
    parted([
      headLines(review, out.width, who),
      capabilityLines(review, out.width),
      review.against === null ? sourcePart(review) : diffPart(review),
      testPart(review, out.width),
      view.versions.length < 2 ? [] : [line('versions', 'strong'), ...rows],
      runs.length === 0 ? [] : [line('latest runs', 'strong'), ...runs],
      [
        ...labelled('', quotaLine(view.today, view.quota), out.width).map((text) => line(text, 'quiet')),
        ...(view.loadedBy.length === 0 ? [] : [line(`loaded by ${view.loadedBy.join(', ')}`, 'quiet')]),
      ],
    ]),
  );
  if (review.version.state.kind === 'pending')
    for (const todo of [`approve ${name}`, `reject ${name} --reason TEXT`]) out.note(`\`castellan scripts ${todo}\``);
  return EXIT.done;
}

/** An empty line between parts. */
export const parted = (parts: readonly (readonly Line[])[]): readonly Line[] =>
  parts.filter((part) => part.length > 0).flatMap((part, at) => (at === 0 ? part : [line(''), ...part]));

export interface RunsOptions extends JsonOption {
  readonly limit: number;
  readonly schedule?: string;
}

export async function scriptsRuns(
  { world, out }: Context,
  name: string | undefined,
  { limit, schedule, json }: RunsOptions,
): Promise<ExitCode> {
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const wanted = schedule === undefined ? undefined : await scheduleOf(out, client, schedule);
  if (typeof wanted === 'number') return wanted;
  const asked = {
    limit,
    ...(name !== undefined && { script: name }),
    ...(wanted !== undefined && { schedule: wanted.id }),
  };
  const answer = await client.scriptRuns({ query: asked });
  if (!answer.ok) return tell(out, answer.error);
  if (json) out.json(answer.value);
  else for (const text of runRows(answer.value.runs, out.width, await whoOf(client))) out.line(text);
  if (!json && answer.value.runs.length === 0) out.line('nothing ran yet');
  return EXIT.done;
}

/** One run, by any part of its id that no other of the latest runs has. */
export async function scriptsLog({ world, out }: Context, part: string, options: JsonOption): Promise<ExitCode> {
  const id = await runId({ world, out }, part);
  if (typeof id === 'number') return id;
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const answer = await connection.client.scriptRun({ params: { id: id.id } });
  if (!answer.ok) return tell(out, answer.error);
  const who = await whoOf(connection.client);
  const run = answer.value;
  if (options.json) {
    out.json(run);
    return EXIT.done;
  }
  out.lines([
    line(`${run.script ?? 'an unapproved source'}, ${run.kind} ${run.id}`, 'strong'),
    line(`${shortDigest(run.digest)}, by ${who(run.by)}, ${instant(run.startedAt)}, held by ${run.isolation}`, 'quiet'),
    ...runLines(run, out.width),
  ]);
  return EXIT.done;
}

export async function runId(
  { world, out }: Pick<Context, 'world' | 'out'>,
  part: string,
): Promise<{ readonly id: string } | ExitCode> {
  if (/^run_[0-9a-f]{20}$/.test(part)) return { id: part };
  const list = await ask(world, out, (client) => client.scriptRuns({ query: { limit: 200 } }));
  if (typeof list === 'number') return list;
  const ids = list.value.runs.map(({ id }) => id);
  return pickOrTell(out, 'run', ids, part, 'castellan scripts runs');
}
