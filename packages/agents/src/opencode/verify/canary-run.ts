// One headless run of the real OpenCode against the daemon's scripted model, in folders that are gone afterwards. Its own
// permissions let everything through, so that nothing but our entries can hold it.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { childEnvironment, type JsonObject } from '@castellan/contract';
import { type CanaryScript, canaryPrompt } from '../../canary/script.ts';
import type { RunEnd, VerifyBench } from '../../verify/bench.ts';
import { isolatedPlaces, managedFolder, PLUGIN_NAME } from '../places.ts';
import { isolation, promptArguments, standInFor } from '../run/program.ts';

export interface CanaryRun {
  /** Names its folder. */
  readonly name: string;
  readonly script: CanaryScript;
  readonly cwd: string;
  /** What OpenCode takes for the person's configuration (XDG_CONFIG_HOME). */
  readonly config: string;
  /** Whether it stands elsewhere than in its project, as a run with the gateway's tools does. */
  readonly standsIn: boolean;
  /** On top of the canary's own settings. */
  readonly settings: JsonObject;
}

const ALLOWED: JsonObject = { permission: { '*': 'allow' } };

export async function runCanary(bench: VerifyBench, run: CanaryRun): Promise<RunEnd> {
  const { port, credential, machine, client } = bench;
  const own = isolatedPlaces(join(bench.folder, `run-${run.name}`));
  for (const folder of [own.home, own.data, own.state, own.cache])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = join(bench.folder, 'tmp');
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const model = { name: 'canary', tool_call: true, limit: { context: 200_000, output: 8000 } };
  const options = { baseURL: `http://127.0.0.1:${port}/v1/canary/v1`, apiKey: credential };
  const settings: JsonObject = {
    ...ALLOWED,
    ...run.settings,
    model: 'castellan/canary',
    small_model: 'castellan/canary',
    autoupdate: false,
    share: 'disabled',
    enabled_providers: ['castellan'],
    provider: {
      castellan: { npm: '@ai-sdk/openai-compatible', name: 'Castellan', options, models: { canary: model } },
    },
  };
  const stand = run.standsIn ? await standInFor(own, run.cwd) : { cwd: run.cwd, env: {} };
  const env = childEnvironment('plain', machine.env, {
    ...isolation({ ...own, config: run.config }, own.home),
    ...stand.env,
    // What its runtime unpacks goes with the folder.
    TMPDIR: temporary,
    OPENCODE_CONFIG_CONTENT: JSON.stringify(settings),
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    // It would fetch a package of its own into the person's folder, and wait for it where there is no network.
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retries: '0',
    ...(machine.etc !== '/etc' && { OPENCODE_TEST_MANAGED_CONFIG_DIR: managedFolder(machine) }),
  });
  const args = promptArguments(canaryPrompt(run.script));
  return bench.run({ file: client.path, args, cwd: stand.cwd, env });
}

/** The folder that OpenCode finds the connected plug-in from; of the machine's: one with nothing in it. */
export async function connectedConfig({ connection, folder }: VerifyBench): Promise<string> {
  if (connection.scope === 'managed') return emptyConfig(folder);
  const plugin = connection.files.find(({ path }) => path.endsWith(PLUGIN_NAME))?.path ?? '/';
  return dirname(dirname(dirname(plugin)));
}

export async function emptyConfig(folder: string): Promise<string> {
  const path = join(folder, 'nothing');
  await mkdir(join(path, 'opencode'), { recursive: true, mode: 0o700 });
  return path;
}
