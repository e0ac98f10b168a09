// Where the real OpenCode is, how it is told of a scripted model, and one headless run of it.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const clients = process.env.CASTELLAN_CLIENTS ?? join(homedir(), '.cache', 'castellan-clients');
export const OPENCODE =
  process.env.CASTELLAN_OPENCODE ?? join(clients, 'opencode/node_modules/opencode-linux-x64/bin/opencode');

/** Options for every scenario that needs it: skipped, loudly, where the client is not installed. */
export const withOpenCode = { skip: !existsSync(OPENCODE) };
if (withOpenCode.skip) process.stderr.write(`SKIPPED: OpenCode is not at ${OPENCODE}; set CASTELLAN_OPENCODE\n`);

export interface OpenCodeRun {
  readonly prompt: string;
  readonly cwd: string;
  readonly home: string;
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** Of a home of its own, with one scripted model and nothing from elsewhere. @param more of its settings. */
export function openCodeEnvironment(
  { home, baseUrl, apiKey }: Pick<OpenCodeRun, 'home' | 'baseUrl' | 'apiKey'>,
  more: object = {},
): Readonly<Record<string, string>> {
  const folder = (name: string): string => {
    const path = join(home, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const model = { name: 'Scripted', tool_call: true, limit: { context: 200_000, output: 8000 } };
  const config = {
    model: 'scripted/scripted-model',
    small_model: 'scripted/scripted-model',
    autoupdate: false,
    share: 'disabled',
    enabled_providers: ['scripted'],
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Scripted',
        models: { 'scripted-model': model },
        options: { baseURL: baseUrl, apiKey },
      },
    },
    ...more,
  };
  return {
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    XDG_CONFIG_HOME: folder('.config'),
    XDG_DATA_HOME: folder('.local/share'),
    XDG_STATE_HOME: folder('.local/state'),
    XDG_CACHE_HOME: folder('.cache'),
  };
}

export async function runOpenCode({ prompt, cwd, ...it }: OpenCodeRun) {
  const child = spawn(OPENCODE, ['run', prompt], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 90_000,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: it.home,
      TERM: 'dumb',
      LANG: 'C.UTF-8',
      ...openCodeEnvironment(it),
    },
  });
  const code = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  const [ended, stdout, stderr] = await Promise.all([code, text(child.stdout), text(child.stderr)]);
  return { code: ended, stdout, stderr };
}
