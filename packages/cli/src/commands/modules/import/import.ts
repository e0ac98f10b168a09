// `castellan modules import`: servers out of clients' settings behind the gateway. INVARIANT: a server leaves its file only
// after the module that stands for it was added; a file changes once, with the way back kept before.
import {
  listMoves,
  MCP_CLIENTS,
  type McpClientName,
  type MovedEntry,
  mcpClient,
  type Survey,
  type SurveyedFile,
  surveyClients,
} from '@castellan/agents';
import type { Finding } from '@castellan/contract';
import { type Connection, tell } from '../../../connection.ts';
import type { Context, JsonOption } from '../../../context.ts';
import { refuseUnderAgent } from '../../../guard.ts';
import { createIsCredential } from '../../../offline/leftovers/is-credential.ts';
import { EXIT, type ExitCode } from '../../../output.ts';
import { askYes } from '../../../prompt.ts';
import { connectPerson } from '../../../session/person.ts';
import { visible } from '../../../text/visible.ts';
import { plural } from '../../../text/words.ts';
import { isInteractive, stateFolder, type World } from '../../../world.ts';
import { type Adding, addModule } from './add-module.ts';
import { moveFile } from './move-file.ts';
import { ownEntry } from './own-entry.ts';
import { importData, importLines } from './show.ts';
import { undoImport } from './undo.ts';
import { type WantedModule, wantedModules } from './wanted.ts';

export interface ImportOptions extends JsonOption {
  readonly client?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly undo?: boolean;
}

const QUESTION_MS = 300_000;
const isClient = (name: string): name is McpClientName => MCP_CLIENTS.some((each) => each === name);

export async function modulesImport(context: Context, options: ImportOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'modules import');
  if (refused !== undefined) return refused;
  const { client: name } = options;
  if (name !== undefined && !isClient(name))
    return out.error(`\`${visible(name)}\` is not a client it knows`, [`one of ${MCP_CLIENTS.join(', ')}`], EXIT.usage);
  const only = name ?? null;
  if (options.undo) return undo(context, only, options);

  const survey = await surveyed(world, only);
  const moves = await listMoves(stateFolder(world));
  const guess = wantedModules(survey.files, [], moves);
  if (options.dryRun || guess.length === 0) {
    if (options.json) out.json(importData(survey, guess));
    else for (const text of importLines(survey, guess)) out.line(text);
    if (guess.length === 0 && !options.json) out.note('no server was found that could be moved');
    return EXIT.done;
  }
  const connection = await connectPerson(world, out, 'modules import');
  if (typeof connection === 'number') return connection;
  const listed = await connection.client.modules();
  if (!listed.ok) return tell(out, listed.error);
  const vault = await connection.client.secrets();
  if (!vault.ok) return tell(out, vault.error);
  const wanted = wantedModules(survey.files, listed.value.modules, moves);
  if (!options.json) for (const text of importLines(survey, wanted)) out.line(text);
  if (!options.yes) {
    if (!isInteractive(world)) return out.error('this needs a yes', ['add `--yes`'], EXIT.usage);
    if (
      !(await askYes(
        world,
        'Start each of them once to see what it offers, and move it? [y/N] ',
        world.clock.now() + QUESTION_MS,
      ))
    )
      return out.error('nothing was changed', [], EXIT.denied);
  }
  const secretNames = new Set(vault.value.secrets.map((each) => each.name));
  return moved(context, connection, survey, wanted, secretNames, options);
}

async function surveyed(world: World, only: McpClientName | null): Promise<Survey> {
  const { userHome, cwd, env } = world;
  return surveyClients({ userHome, cwd, env }, { userHome, env, isCredential: createIsCredential() }, only);
}

async function undo(
  context: Context,
  only: McpClientName | null,
  { yes = false, json = false }: ImportOptions,
): Promise<ExitCode> {
  const { world, out } = context;
  if (!yes) {
    if (!isInteractive(world)) return out.error('this needs a yes', ['add `--yes`'], EXIT.usage);
    if (!(await askYes(world, 'Put the files of the clients back? [y/N] ', world.clock.now() + QUESTION_MS)))
      return out.error('nothing was changed', [], EXIT.denied);
  }
  const connection = await connectPerson(world, out, 'modules import');
  return undoImport(context, only, typeof connection === 'number' ? null : connection.client, json);
}

/** A server that was added, or was there, by what it is. */
type Placed = ReadonlyMap<WantedModule['digest'], string>;

async function moved(
  context: Context,
  connection: Connection,
  survey: Survey,
  wanted: readonly WantedModule[],
  secretNames: Set<string>,
  { yes = false, json = false }: ImportOptions,
): Promise<ExitCode> {
  const { world, out } = context;
  const confirm = (module: string, findings: readonly Finding[]): Promise<boolean> =>
    asked(context, module, findings, yes);
  const adding: Adding = { client: connection.client, secretNames, confirm };
  const placed = new Map<WantedModule['digest'], string>();
  const faults: string[] = [];
  const say = (text: string): void => (json ? undefined : out.line(text));
  for (const each of wanted) {
    if (each.isThere) {
      placed.set(each.digest, each.name);
      continue;
    }
    const added = await addModule(each, adding);
    if (added.ok) {
      placed.set(each.digest, added.module);
      say(
        `added ${added.module}${added.secrets.length === 0 ? '' : `, with ${plural(added.secrets.length, 'secret')} in the vault`}`,
      );
    } else faults.push(`${visible(each.title)} stays where it was: ${visible(added.why)}`);
  }
  const files: { readonly client: McpClientName; readonly file: string; readonly modules: readonly string[] }[] = [];
  for (const file of survey.files) {
    const entries = entriesOf(file, wanted, placed);
    if (entries.length === 0) continue;
    const { client, path } = file.file;
    const own = await ownEntry(world, connection, client);
    const done = own.ok
      ? await moveFile(file, entries, own.entry, { state: stateFolder(world), now: world.clock.now() })
      : own;
    if (!done.ok) {
      faults.push(`${visible(path)} is left as it is: ${visible(done.why)}; its servers are modules now all the same`);
      continue;
    }
    for (const { module } of entries)
      await connection.client.moduleMoved({
        body: { module, client: mcpClient(client).title, file: path, direction: 'in' },
      });
    files.push({ client, file: path, modules: entries.map(({ module }) => module) });
    say(
      `${mcpClient(client).title}: ${visible(path)} has \`castellan\` in place of ${plural(entries.length, 'server')}; as it was: ${done.kept}/before`,
    );
  }
  if (json) out.json({ ...importData(survey, wanted), moved: files, faults });
  else {
    for (const text of faults) out.note(text);
    if (files.length > 0)
      out.note('`castellan modules import --undo` puts the files back; restart the clients to see the change');
  }
  return faults.length === 0 ? EXIT.done : EXIT.failure;
}

const entriesOf = (file: SurveyedFile, wanted: readonly WantedModule[], placed: Placed): readonly MovedEntry[] =>
  wanted.flatMap(({ digest, from }) => {
    const module = placed.get(digest);
    if (module === undefined) return [];
    return from
      .filter((each) => each.file === file)
      .map(({ server }) => ({ name: server.name, path: [...server.path], module, digest }));
  });

async function asked(
  { world, out }: Context,
  module: string,
  findings: readonly Finding[],
  yes: boolean,
): Promise<boolean> {
  for (const { name, text, excerpt } of findings)
    out.note(`${module}: ${visible(name)}: ${visible(text)}${excerpt === undefined ? '' : `: ${visible(excerpt)}`}`);
  // A yes that was given before anybody could read this is none.
  if (yes || !isInteractive(world)) return false;
  return askYes(world, `Add ${module} all the same? [y/N] `, world.clock.now() + QUESTION_MS);
}
