// `castellan run opencode`: everything OpenCode would read of the person or of the project lies elsewhere or is left out, and
// its settings come last of all, by the environment. INVARIANT: no file of the person's own OpenCode is opened.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnvironment, type JsonObject, withVariables } from '@castellan/contract';
import { agentFolder } from '../../connection/record.ts';
import type { RunRequest } from '../../connector.ts';
import { type Done, done, undone } from '../../fault.ts';
import { createFile, replaceFile } from '../../files.ts';
import type { Program } from '../../launch.ts';
import { isolatedPlaces, standIn } from '../places.ts';
import { isolatedSettings, SDK_LOCK } from '../settings.ts';
import { flagFault, modelOf } from './flags.ts';

export async function openCodeProgram(request: RunRequest): Promise<Done<Program>> {
  const { machine, connection, client, args, headless, model, gateway } = request;
  const flag = flagFault(args);
  if (flag !== null) return undone('weakening-flag', flag.message, flag.hint);
  if (client.path === null) return undone('client-missing', 'there is no OpenCode to start', 'install it');
  const places = isolatedPlaces(agentFolder(machine.home, connection.agent));
  for (const folder of [places.home, places.data, places.state, places.cache])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  // It makes this one where it is missing, and ends where it cannot: within walls that folder is only read.
  await createFile(
    join(places.settings, '.gitignore'),
    'node_modules\npackage.json\npackage-lock.json\nbun.lock\n.gitignore\n',
  );
  const isGateway = connection.mode === 'gateway';
  const stand = isGateway ? await standInFor(places, machine.cwd) : { cwd: machine.cwd, env: {} };
  const settings = {
    ...isolatedSettings(connection.mode, gateway, connection.timeoutSeconds, isGateway ? machine.cwd : null),
    ...(model !== null && brokered(model, modelOf(args))),
  };
  const env = withVariables(childEnvironment(model === null ? 'opencode' : 'plain', machine.env), {
    ...isolation(places, isGateway ? places.home : machine.userHome),
    ...stand.env,
    OPENCODE_CONFIG_CONTENT: JSON.stringify(settings),
    ...(model !== null && { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_DEFAULT_PLUGINS: '1' }),
  });
  const said = headless === null ? args : promptArguments(headless.prompt);
  return done({ file: client.path, args: said, cwd: stand.cwd, env });
}

/**
 * One prompt. Behind `--` no word of it is a flag; and OpenCode puts quotes around a word with a blank in it and joins them all
 * by blanks, so that it gets the prompt as it is only in words.
 */
export const promptArguments = (prompt: string): readonly string[] => ['run', '--', ...prompt.split(' ')];

/** Where OpenCode looks for what it keeps, and what it leaves out. @param home what its own shell commands have as HOME */
export function isolation(places: ReturnType<typeof isolatedPlaces>, home: string): Record<string, string> {
  return {
    HOME: home,
    // What OpenCode itself takes for the person's home: `.opencode`, `.claude` and `.agents` of it are theirs.
    OPENCODE_TEST_HOME: places.home,
    XDG_CONFIG_HOME: places.config,
    XDG_DATA_HOME: places.data,
    XDG_STATE_HOME: places.state,
    XDG_CACHE_HOME: places.cache,
    OPENCODE_DISABLE_PROJECT_CONFIG: '1',
    OPENCODE_DISABLE_CLAUDE_CODE: '1',
    OPENCODE_DISABLE_EXTERNAL_SKILLS: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_SHARE: '1',
  };
}

/** The folder in place of the project, made; what tells OpenCode to look no further, and the plug-in where the project is. */
export async function standInFor(
  places: ReturnType<typeof isolatedPlaces>,
  project: string,
): Promise<{ readonly cwd: string; readonly env: Readonly<Record<string, string>> }> {
  const cwd = standIn(places, project);
  await mkdir(join(cwd, 'node_modules'), { recursive: true, mode: 0o700 });
  await replaceFile(join(cwd, 'package-lock.json'), SDK_LOCK);
  return { cwd, env: { PWD: cwd, OPENCODE_CONFIG_DIR: cwd, [PROJECT_VARIABLE]: project } };
}

/** For the plug-in, which tells the model. */
const PROJECT_VARIABLE = 'CASTELLAN_PROJECT';

/** The broker in place of every provider: two by the names OpenCode has for them, any other server as `castellan/MODEL`. */
function brokered({ baseUrl, key }: NonNullable<RunRequest['model']>, wanted: string | null): JsonObject {
  const options = { baseURL: `${baseUrl}/v1`, apiKey: key };
  const [, name] = /^castellan\/(.+)$/s.exec(wanted ?? '') ?? [];
  return {
    enabled_providers: ['anthropic', 'openai', 'castellan'],
    provider: {
      anthropic: { options },
      openai: { options },
      castellan: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Castellan',
        options,
        models: name === undefined ? {} : { [name]: { name, tool_call: true } },
      },
    },
    ...(wanted !== null && { model: wanted, small_model: wanted }),
  };
}
