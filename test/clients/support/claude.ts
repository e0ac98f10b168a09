// Where the real client is, and one headless run of it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type CanaryScript, canaryPrompt } from './script.ts';

const clients = process.env.CASTELLAN_CLIENTS ?? join(homedir(), '.cache', 'castellan-clients');
const NATIVE = 'claude-code/node_modules/@anthropic-ai/claude-code-linux-x64/claude';
export const CLAUDE = process.env.CASTELLAN_CLAUDE ?? join(clients, NATIVE);

/** Options for every scenario of this suite: skipped, loudly, where the client is not installed. */
export const withClaude = { skip: !existsSync(CLAUDE) };
if (withClaude.skip) process.stderr.write(`SKIPPED: Claude Code is not at ${CLAUDE}; set CASTELLAN_CLAUDE\n`);

export interface ClaudeRun {
  readonly script: CanaryScript;
  /** Instead of the script: a command of the client's own. */
  readonly prompt?: string;
  readonly cwd: string;
  /** HOME; the configuration is `.claude` below it unless CLAUDE_CONFIG_DIR says otherwise. */
  readonly home: string;
  /** Port of the scripted model. */
  readonly model: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What starts it, with the program and its arguments behind. */
  readonly wrapper?: readonly string[];
}

export interface ClaudeEnded {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runClaudeCode(run: ClaudeRun): Promise<ClaudeEnded> {
  const [file = CLAUDE, ...args] = [...(run.wrapper ?? []), CLAUDE, '-p', ...(run.args ?? [])];
  const child = spawn(file, args, {
    cwd: run.cwd,
    stdio: 'pipe',
    timeout: 60_000,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: run.home,
      TERM: 'dumb',
      LANG: 'C.UTF-8',
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${run.model}`,
      ANTHROPIC_API_KEY: 'sk-ant-scripted',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      ...run.env,
    },
  });
  // Not on the command line: one scenario's script is longer than the system allows there.
  child.stdin.on('error', () => child.stdin.destroy());
  child.stdin.end(run.prompt ?? canaryPrompt(run.script));
  const code = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  const [ended, stdout, stderr] = await Promise.all([code, text(child.stdout), text(child.stderr)]);
  return { code: ended, stdout, stderr };
}
