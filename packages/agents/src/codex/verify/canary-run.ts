// One headless run of the real Codex against the daemon's scripted model. Its own sandbox and approvals are off, so that nothing
// but our entries can hold it; it keeps nothing of its sessions.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { childEnvironment } from '@castellan/contract';
import { type CanaryCall, canaryPrompt } from '../../canary/script.ts';
import { replaceFile } from '../../files.ts';
import type { RunEnd, VerifyBench } from '../../verify/bench.ts';
import { enforced, NOWHERE } from '../run/program.ts';
import { CREDENTIAL_VARIABLE, quoted, WORKSPACE_VARIABLE } from '../settings/part-for.ts';
import { placeOfConnection } from '../settings/places.ts';

/** What Codex offers depends on the name of its model: single tools, a free-form patch, or code mode. */
export const MODELS = { plain: 'castellan-canary', patch: 'gpt-5.5', code: 'gpt-6-sol' } as const;

export interface CanaryRun {
  readonly model: keyof typeof MODELS;
  /** One a turn. */
  readonly calls: readonly CanaryCall[];
  /** Instead of the connected one. */
  readonly home?: string;
  /** Held as a run of ours is, though its folder is another. */
  readonly alsoHeld?: boolean;
}

const KEY = 'CASTELLAN_CANARY_KEY';

export async function runCanary(
  bench: VerifyBench,
  { model, calls, home, alsoHeld = false }: CanaryRun,
): Promise<RunEnd> {
  const { port, credential, machine, client, connection, folder } = bench;
  const temporary = join(folder, 'tmp');
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const here = { connection, machine: { ...machine, cwd: folder }, model: null, isWalled: false };
  const isHeldByRun = connection.scope === 'isolated' && (home === undefined || alsoHeld);
  const settings = {
    model: quoted(MODELS[model]),
    model_provider: '"castellan_canary"',
    'model_providers.castellan_canary': `{ name = "Castellan", base_url = "http://127.0.0.1:${port}/v1/canary/v1", wire_api = "responses", env_key = "${KEY}" }`,
    'features.plugins': 'false',
    'features.multi_agent': 'true',
    check_for_update_on_startup: 'false',
    'analytics.enabled': 'false',
    'feedback.enabled': 'false',
  };
  const args = [
    ...(isHeldByRun ? enforced(here) : []),
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ...['exec', '--skip-git-repo-check', '--ephemeral', '--dangerously-bypass-approvals-and-sandbox', '--'],
    canaryPrompt({ turns: calls.map((call) => [call]), text: '{{result}}' }),
  ];
  const env = childEnvironment('plain', machine.env, {
    HOME: machine.userHome,
    CODEX_HOME: home ?? (await connectedHome(bench)),
    TMPDIR: temporary,
    [KEY]: credential,
    ...(connection.mode === 'gateway' && isHeldByRun
      ? { ...NOWHERE, [CREDENTIAL_VARIABLE]: credential, [WORKSPACE_VARIABLE]: encodeURIComponent(folder) }
      : {}),
  });
  return bench.run({ file: client.path, args, cwd: folder, env });
}

/** The folder that the connected entries are found from; what the machine requires counts in any. */
const connectedHome = async ({ connection, folder }: VerifyBench): Promise<string> =>
  connection.scope === 'managed' ? ownHome(folder, 'managed', '') : dirname(placeOfConnection(connection).named);

/** A CODEX_HOME with these settings and nothing else. */
export async function ownHome(folder: string, name: string, settings: string): Promise<string> {
  const home = join(folder, `codex-${name}`);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await replaceFile(join(home, 'config.toml'), settings);
  return home;
}
