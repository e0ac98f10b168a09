// `castellan modules add`: a server behind the gate. Two questions, because two things happen: a program is started, and what it
// offers is believed. INVARIANT: `--yes` answers for nobody where something was found.
import type { Client } from '@castellan/client';
import { type ModulePlan, moduleNameSchema } from '@castellan/contract';
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { askYes } from '../../prompt.ts';
import { connectPerson } from '../../session/person.ts';
import { type Line, line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { plural } from '../../text/words.ts';
import { labelled, table } from '../../text/wrap.ts';
import { isInteractive } from '../../world.ts';
import { moduleName } from './import/wanted.ts';
import { readSandbox, type SandboxOptions } from './sandbox.ts';
import { readStart, type StartOptions } from './start.ts';
import { differenceLines, findingLines, manifestRows, part, reachLines, startLines, textLines } from './words.ts';

export interface AddOptions extends JsonOption, SandboxOptions, StartOptions {
  readonly safe?: readonly string[];
  readonly sortAs?: string;
  readonly title?: string;
  readonly yes?: boolean;
}

type Start = Parameters<Client['planModule']>[0]['body']['start'];
const TEN_MINUTES = 600_000;

export async function modulesAdd(
  context: Context,
  name: string,
  words: readonly string[],
  options: AddOptions,
): Promise<ExitCode> {
  const { world, out } = context;
  // Before anything is looked up: a package may take a minute.
  if (!moduleNameSchema.safeParse(name).success)
    return out.error(
      `\`${visible(name)}\` is no name for a module`,
      [
        'lower case letters, digits, `-` and `_`, at most 64, a letter or digit first',
        `for example \`castellan modules add ${moduleName(name)}\``,
      ],
      EXIT.usage,
    );
  const read = readStart(words, options, world.cwd, out);
  if (typeof read === 'number') return read;
  const walls = readSandbox(options, world.cwd, out);
  if (typeof walls === 'number') return walls;
  const connection = await connectPerson(world, out, 'modules add');
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const start = read === null ? await startOfManifest(context, client, name) : read.start;
  if (typeof start === 'number') return start;
  const plan = async (look: boolean, exactly: Start, sortAs: string | null) =>
    client.planModule({
      body: {
        ...{ name, start: exactly, look },
        ...(options.title !== undefined && { title: options.title }),
        ...(sortAs !== null && { sortAs }),
        ...(walls.sandbox !== undefined && { sandbox: walls.sandbox }),
      },
    });

  if (start.kind === 'mcp') out.note('looking up what would be started; a package may take a minute to install');
  const wished = options.sortAs ?? (read === null ? await shippedName(client, name) : null);
  const first = await plan(false, start, wished);
  if (!first.ok) return tell(out, first.error);
  const silent = options.json === true;
  if (!silent) out.lines(beforeLines(first.value, out.width));
  const sortAs = await sortedAs(context, first.value, options);
  if (typeof sortAs === 'number') return sortAs;
  const begin = await agreed(
    context,
    start.kind === 'mcp' ? 'Start it once, to see what it offers?' : 'Ask it what it offers?',
    options.yes === true,
  );
  if (begin !== EXIT.done) return begin;

  out.note('reading what it offers');
  // What was shown is what is started: no version is looked up again.
  const { start: shown } = first.value.manifest;
  const second = await plan(true, shown.kind === 'mcp' || shown.kind === 'mcp-http' ? shown : start, sortAs.module);
  if (!second.ok) return tell(out, second.error);
  const seen = second.value;
  if (seen.needsSignIn) {
    const known = new Set(first.value.steps);
    if (!silent)
      out.lines(
        textLines(
          seen.steps.filter((step) => !known.has(step)),
          out.width,
          'quiet',
        ),
      );
    return out.error(`\`${visible(name)}\` wants you to sign in before it says what it offers`, [
      `\`castellan modules sign-in ${visible(name)}\` within ten minutes, then add it again`,
      `or give it a token: \`castellan modules add ${visible(name)} --url … --header 'Authorization=Bearer \${secret:NAME}'\``,
    ]);
  }
  const safe = options.safe ?? [];
  const found = seen.findings.length + seen.differences.length + seen.lints.length;
  if (!silent) out.lines(offeredLines(seen, safe, out.width));
  const believe = await agreed(
    context,
    found === 0 ? 'Put it behind the gate?' : 'Put it behind the gate all the same?',
    options.yes === true && found === 0,
    found,
  );
  if (believe !== EXIT.done) return believe;
  const added = await client.addModule({ body: { plan: seen.id, safe: [...safe] } });
  if (!added.ok) return tell(out, added.error);
  if (silent) out.json(added.value);
  else {
    out.line(`${visible(name)} is added: ${plural(added.value.tools, 'tool')}`);
    if (added.value.why === null)
      out.note(`agents see them as \`${visible(name)}__…\`; its manifest is \`${visible(added.value.source)}\``);
    else out.note(visible(added.value.why));
  }
  return EXIT.done;
}

/** A manifest that is there already says how its server is started: one's own, or one that comes with Castellan. */
async function startOfManifest({ out }: Context, client: Client, name: string): Promise<Start | ExitCode> {
  const known = await client.module({ params: { name } });
  if (!known.ok && known.error.kind === 'api' && known.error.status === 404)
    return out.error(
      'say how the server is started, or where it is',
      [
        `\`castellan modules add ${visible(name)} -- COMMAND ARGS\``,
        `\`castellan modules add ${visible(name)} --url URL\``,
      ],
      EXIT.usage,
    );
  if (!known.ok) return tell(out, known.error);
  return (
    known.value.start ??
    out.error(`\`${visible(name)}\` has no server: its tools are an agent's own`, [
      '`castellan modules` lists those that have one',
    ])
  );
}

/** Named alone it is meant to be the one that comes with Castellan; whether this program is it, is asked before it runs. */
async function shippedName(client: Client, name: string): Promise<string | null> {
  const known = await client.module({ params: { name } });
  if (!known.ok || !known.value.source.startsWith('shipped/')) return null;
  const { start } = known.value;
  return start?.kind === 'mcp' && start.command !== 'npx' && start.command !== 'uvx' ? name : null;
}

/** A file name is what anybody may give to any program: a person says whether it is the one. `--yes` does not. */
async function sortedAs(
  { world, out }: Context,
  { byFileName, sortedBy }: ModulePlan,
  { sortAs }: AddOptions,
): Promise<{ readonly module: string | null } | ExitCode> {
  if (byFileName === null || sortAs !== undefined) return { module: sortAs ?? null };
  const module = visible(byFileName.module);
  const program = visible(byFileName.program);
  if (isInteractive(world)) {
    const question = `Is ${program} the server that \`${module}\` is about? Only its file name says so [y/N] `;
    if (await askYes(world, question, world.clock.now() + TEN_MINUTES)) return { module: byFileName.module };
  }
  if (sortedBy === null) return { module: null };
  return out.error(
    `\`${program}\` is called like the server of \`${module}\`, and nobody said that it is`,
    [`\`--sort-as ${module}\` says so, once you know where it is from`],
    EXIT.denied,
  );
}

async function agreed({ world, out }: Context, question: string, yes: boolean, found = 0): Promise<ExitCode> {
  if (yes) return EXIT.done;
  if (!isInteractive(world))
    return found > 0
      ? out.error(
          `something was found (${found}), and there is no terminal to ask on`,
          ['a person looks at it: run this in a terminal'],
          EXIT.denied,
        )
      : out.error('there is no terminal to ask on', ['`--yes` goes on where nothing is found'], EXIT.usage);
  const answer = await askYes(world, `${question} [y/N] `, world.clock.now() + TEN_MINUTES);
  return answer ? EXIT.done : out.error('nothing was added', [], EXIT.denied);
}

function beforeLines({ manifest, steps, sortedBy, byFileName, sandbox }: ModulePlan, width: number): readonly Line[] {
  const { start } = manifest;
  return [
    line(`${visible(manifest.name)} would be`, 'strong'),
    ...(start.kind === 'mcp' || start.kind === 'mcp-http'
      ? [...startLines(start, width), ...reachLines(start, sandbox, width)]
      : []),
    ...textLines(steps, width, 'quiet'),
    ...(byFileName !== null
      ? textLines(
          [`only its file name says that it is the server of \`${byFileName.module}\`: ${byFileName.program}`],
          width,
          'caution',
        )
      : []),
    ...(sortedBy === null || byFileName !== null
      ? []
      : textLines([`its tools are sorted as \`${sortedBy}\` is, which comes with Castellan`], width)),
  ];
}

function offeredLines(plan: ModulePlan, safe: readonly string[], width: number): readonly Line[] {
  const { lock, findings, differences, lints, manifest } = plan;
  const definitions = lock?.definitions ?? [];
  const tools = new Set(definitions.flatMap(({ kind, name }) => (kind === 'tool' ? [name] : [])));
  const rows = manifestRows(manifest)
    .filter(([tool = '']) => tools.has(tool))
    .map(([tool = '', kind = '', scope = '', label = '']) =>
      safe.includes(tool)
        ? [`  ${visible(tool)}`, 'safe', '', visible(label)]
        : [`  ${visible(tool)}`, kind, scope, visible(label)],
    );
  // What a model reads of it: a person reads it too, before it is believed.
  const described = new Map(
    definitions.flatMap(({ kind, name, definition: { description } }): [string, readonly Line[]][] =>
      kind === 'tool' && typeof description === 'string' && description !== ''
        ? [[visible(name), labelled('      ', visible(description), width).map((text) => line(text, 'quiet'))]]
        : [],
    ),
  );
  const others = definitions.filter(({ kind }) => kind !== 'tool').length;
  const says = lock === null ? '' : `${visible(lock.server.name)} ${visible(lock.server.version)} offers `;
  return [
    line(
      `${says}${plural(tools.size, 'tool')}${others === 0 ? '' : ` and ${plural(others, 'other thing')} (prompts, resources)`}`,
      'strong',
    ),
    ...table(rows).flatMap((text, index) => [line(text), ...(described.get(rows[index]?.[0]?.trim() ?? '') ?? [])]),
    ...part('look at these first', [
      ...findingLines(findings, width),
      ...differenceLines(differences, width),
      ...textLines(lints, width, 'caution'),
    ]),
    ...(lock?.instructions == null
      ? []
      : part('what it tells the model', textLines([lock.instructions], width, 'quiet'))),
  ];
}
