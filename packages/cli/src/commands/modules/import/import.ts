// `castellan modules import`: servers out of clients' settings behind the gateway. INVARIANT: a server leaves its file only
// after the module that stands for it was added; a file changes once, with the way back kept before.
import { listMoves, MCP_CLIENTS, type McpClientName, type Survey, surveyClients } from '@castellan/agents';
import { type Client, readDaemonState } from '@castellan/client';
import { clientOf, tell } from '../../../connection.ts';
import type { Context, JsonOption } from '../../../context.ts';
import { refuseUnderAgent } from '../../../guard.ts';
import { createIsCredential } from '../../../offline/leftovers/is-credential.ts';
import { EXIT, type ExitCode } from '../../../output.ts';
import { askYes } from '../../../prompt.ts';
import { clientAs, connectPerson, standing } from '../../../session/person.ts';
import { visible } from '../../../text/visible.ts';
import { isInteractive, stateFolder, type World } from '../../../world.ts';
import { carryOut } from './carry-out.ts';
import { importData, importLines } from './show.ts';
import { undoImport } from './undo.ts';
import { wantedModules } from './wanted.ts';

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
    else for (const text of importLines(survey, guess, 'would be')) out.line(text);
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
  if (!options.json) for (const text of importLines(survey, wanted, 'to be')) out.line(text);
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
  return carryOut(context, {
    connection,
    survey,
    wanted,
    secretNames,
    yes: options.yes ?? false,
    json: options.json ?? false,
  });
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
  const { person, daemon } = clientsThere(world);
  if (person === null) out.note('note: nobody is signed in at a running daemon, so no record of this is made');
  return undoImport(context, only, { person, daemon }, json);
}

/** Nobody must need the daemon to get rid of us. */
function clientsThere(world: World): { readonly person: Client | null; readonly daemon: Client | null } {
  const found = readDaemonState(stateFolder(world));
  if (!found.ok) return { person: null, daemon: null };
  const who = standing(world);
  const person = who.kind === 'signed-in' ? clientAs(world, found.state, who.session) : null;
  return { person, daemon: clientOf(found.state, found.state.token) };
}
