// Does what an import was said to do: adds the modules, then changes the files. INVARIANT: an entry leaves its file only where
// its module was added; the way back is kept before a file changes.
import {
  disconnectMcp,
  type McpClientName,
  type MovedEntry,
  mcpClient,
  movesFolder,
  type Survey,
  type SurveyedFile,
} from '@castellan/agents';
import { errorLines } from '@castellan/client';
import type { Connection } from '../../../connection.ts';
import type { Context } from '../../../context.ts';
import { EXIT, type ExitCode } from '../../../output.ts';
import { askYes } from '../../../prompt.ts';
import { visible } from '../../../text/visible.ts';
import { plural } from '../../../text/words.ts';
import { isInteractive, stateFolder } from '../../../world.ts';
import { addModule, type Suspect } from './add-module.ts';
import { moveFile } from './move-file.ts';
import { ownEntry } from './own-entry.ts';
import { importData } from './show.ts';
import type { WantedModule } from './wanted.ts';

export interface Import {
  readonly connection: Connection;
  readonly survey: Survey;
  readonly wanted: readonly WantedModule[];
  /** Names of secrets that are taken. */
  readonly secretNames: Set<string>;
  readonly yes: boolean;
  readonly json: boolean;
}

interface Moved {
  readonly client: McpClientName;
  readonly file: string;
  readonly modules: readonly string[];
}

/** A module that was added, or was there, by what it is. */
type Placed = ReadonlyMap<WantedModule['digest'], string>;

const QUESTION_MS = 300_000;

export async function carryOut(context: Context, what: Import): Promise<ExitCode> {
  const { world, out } = context;
  const faults: string[] = [];
  const placed = await addAll(context, what, faults);
  const files: Moved[] = [];
  for (const file of what.survey.files) {
    const moved = await moveOne(context, what, file, entriesOf(file, what.wanted, placed), faults);
    if (moved !== null) files.push(moved);
  }
  if (what.json) out.json({ ...importData(what.survey, what.wanted), moved: files, faults });
  else {
    for (const text of faults) out.note(text);
    if (files.length > 0) {
      out.note(`the files as they were, credentials and all: ${visible(movesFolder(stateFolder(world)))}`);
      out.note('`castellan modules import --undo` puts them back; restart the clients to see the change');
    }
  }
  return faults.length === 0 ? EXIT.done : EXIT.failure;
}

async function addAll(context: Context, what: Import, faults: string[]): Promise<Placed> {
  const placed = new Map<WantedModule['digest'], string>();
  const { connection, secretNames } = what;
  const confirm = (module: string, findings: readonly Suspect[]): Promise<boolean> =>
    asked(context, module, findings, what.yes);
  for (const each of what.wanted) {
    if (each.isThere) {
      placed.set(each.digest, each.name);
      continue;
    }
    const added = await addModule(each, { client: connection.client, secretNames, confirm });
    if (!added.ok) {
      faults.push(`${visible(each.title)} stays where it was: ${visible(added.why)}`);
      continue;
    }
    placed.set(each.digest, added.module);
    const { length } = added.secrets;
    if (!what.json)
      context.out.line(`added ${added.module}${length === 0 ? '' : `, with ${plural(length, 'secret')} in the vault`}`);
  }
  return placed;
}

async function moveOne(
  { world, out }: Context,
  { connection, json }: Import,
  file: SurveyedFile,
  entries: readonly MovedEntry[],
  faults: string[],
): Promise<Moved | null> {
  if (entries.length === 0) return null;
  const { client, path, project } = file.file;
  const own = await ownEntry(world, connection, client);
  const state = stateFolder(world);
  const kept = { state, now: world.clock.now(), connected: own.ok ? own.connected : null };
  const done = own.ok ? await moveFile(file, entries, own.entry, kept) : own;
  if (!done.ok) {
    if (kept.connected !== null) await disconnectMcp(state, kept.connected, connection.client);
    faults.push(`${visible(path)} is left as it is: ${visible(done.why)}; its servers are modules now all the same`);
    return null;
  }
  const { title } = mcpClient(client);
  const modules = entries.map(({ module }) => module);
  for (const module of modules) {
    const noted = await connection.client.moduleMoved({ body: { module, client: title, file: path, direction: 'in' } });
    if (!noted.ok)
      faults.push(`${module} was moved, and no record says so: ${visible(errorLines(noted.error).message)}`);
  }
  if (!json) {
    out.line(`${title}: in ${visible(path)} \`castellan\` stands for ${plural(entries.length, 'server')}`);
    if (project !== null)
      out.note(`note: ${visible(path)} belongs to a project: whoever shares it has no such program`);
  }
  return { client, file: path, modules };
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
  findings: readonly Suspect[],
  yes: boolean,
): Promise<boolean> {
  for (const { name, text, excerpt } of findings)
    out.note(`${module}: ${visible(name)}: ${visible(text)}${excerpt === undefined ? '' : `: ${visible(excerpt)}`}`);
  // A yes that was given before anybody could read this is none.
  if (yes || !isInteractive(world)) return false;
  return askYes(world, `Add ${module} all the same? [y/N] `, world.clock.now() + QUESTION_MS);
}
