// One headless run of the real client against the daemon's scripted model, in a folder that is gone afterwards.
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnvironment, type JsonObject } from '@castellan/contract';
import { type CanaryScript, canaryPrompt } from '../../canary/script.ts';
import { replaceFile } from '../../files.ts';
import type { RunEnd, VerifyBench } from '../../verify/bench.ts';
import { userFolder } from '../settings/location.ts';

export interface CanaryRun {
  readonly run: VerifyBench['run'];
  readonly claude: string;
  readonly port: number;
  readonly credential: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** CLAUDE_CONFIG_DIR; null: the user's own, as it is found without the variable. */
  readonly configFolder: string | null;
  readonly cwd: string;
  /** Whether `cwd` was made for this run: then what the client keeps about that project goes too. */
  readonly cwdIsOurs: boolean;
  /** Unique; the run's session id is made of it. */
  readonly name: string;
  /** Private folder for what the run needs. */
  readonly scratch: string;
  readonly script: CanaryScript;
  /** Instead of the script. */
  readonly prompt?: string;
  readonly flags?: readonly string[];
  readonly allowedTools: readonly string[];
}

export async function runCanary(run: CanaryRun): Promise<RunEnd> {
  const model = { ANTHROPIC_BASE_URL: `http://127.0.0.1:${run.port}/v1/canary`, ANTHROPIC_API_KEY: run.credential };
  // `env` in the user's settings would win over the environment and lead to a real model: flag settings win over both.
  // In a file, because a command line can be read by every user of the machine.
  const flags: JsonObject = { env: model };
  const settings = join(run.scratch, 'flags.json');
  await replaceFile(settings, JSON.stringify(flags));
  const args = [
    '-p',
    run.prompt ?? canaryPrompt(run.script),
    ...(run.flags ?? []),
    '--no-session-persistence',
    `--session-id=${sessionId(run.name)}`,
    '--strict-mcp-config',
    `--settings=${settings}`,
    `--allowedTools=${run.allowedTools.join(',')}`,
  ];
  // Without the provider's variables: its model is our own.
  const env = childEnvironment('plain', run.env, {
    ...model,
    ...configVariable(run),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  });
  try {
    return await run.run({ file: run.claude, args, cwd: run.cwd, env });
  } finally {
    await forget(run);
  }
}

/** Where nothing is said the client finds its folder itself, as it does for the user. */
function configVariable({ configFolder, env }: CanaryRun): { readonly [name: string]: string } {
  const folder = configFolder ?? env.CLAUDE_CONFIG_DIR;
  return folder === undefined ? {} : { CLAUDE_CONFIG_DIR: folder };
}

/** A UUID of version 4's shape, the same for the same name, so that what the client files under it can be found again. */
function sessionId(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** What the client keeps of a run in its own folder, even without persistence. */
async function forget(run: CanaryRun): Promise<void> {
  const folder = run.configFolder ?? userFolder(run.env);
  if (folder === null) return;
  const ours = [
    join(folder, 'session-env', sessionId(run.name)),
    ...(run.cwdIsOurs ? [join(folder, 'projects', run.cwd.replace(/[^a-zA-Z0-9]/g, '-'))] : []),
  ];
  for (const path of ours) await rm(path, { recursive: true, force: true });
}

/** A private folder for as long as the work takes. */
export async function withFolder<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  try {
    return await work();
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}
