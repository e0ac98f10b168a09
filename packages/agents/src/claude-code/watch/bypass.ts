// Whether a running Claude Code was started so that our hooks do not count. Pure: everything it must know is handed in.
import { dirname, join } from 'node:path';
import type { AgentId } from '@castellan/contract';
import { isObject } from '../hook/plain-json.ts';
import type { Scope } from '../settings/location.ts';
import type { ClaudeProcess } from './processes.ts';

export interface Connected {
  readonly agent: AgentId;
  readonly scope: Scope;
  readonly settingsPath: string;
}

export interface Bypass {
  readonly agent: AgentId;
  readonly pid: number;
  /** What it was started with. */
  readonly how: string;
}

const OFF_FLAGS = ['--bare', '--safe-mode', '--restricted'];

/** The value of a flag, in both spellings; the last one counts. */
function flagValue(args: readonly string[], flag: string): string | null {
  return args.reduce<string | null>((found, part, index) => {
    if (part === flag) return args[index + 1] ?? '';
    return part.startsWith(`${flag}=`) ? part.slice(flag.length + 1) : found;
  }, null);
}

const SOURCE: Record<Scope, string> = { user: 'user', isolated: 'user', project: 'local' };

export function findBypasses(
  processes: readonly ClaudeProcess[],
  connected: readonly Connected[],
  stateFolder: string,
): readonly Bypass[] {
  return processes.flatMap((process) =>
    connected.flatMap((one) => {
      const how = concerns(process, one, stateFolder);
      return how === null ? [] : [{ agent: one.agent, pid: process.pid, how }];
    }),
  );
}

function concerns(process: ClaudeProcess, one: Connected, stateFolder: string): string | null {
  const folder = process.env.CLAUDE_CONFIG_DIR ?? join(process.env.HOME ?? '/', '.claude');
  const ours = folder === dirname(one.settingsPath);
  switch (one.scope) {
    case 'isolated':
      return ours ? startedWeak(process, one) : null;
    case 'project':
      return isWithin(process.cwd, dirname(dirname(one.settingsPath))) ? startedWeak(process, one) : null;
    case 'user':
      if (ours) return startedWeak(process, one);
      // A run of our own (an isolated agent, a verification) has its folder below the state folder.
      if (isWithin(folder, stateFolder)) return null;
      return process.env.CLAUDE_CONFIG_DIR === undefined
        ? null
        : 'CLAUDE_CONFIG_DIR, which leads past the connected settings';
  }
}

function startedWeak({ args, env }: ClaudeProcess, { scope }: Connected): string | null {
  const flag = OFF_FLAGS.find((name) => args.includes(name));
  if (flag !== undefined) return `\`${flag}\``;
  if (isOn(env.CLAUDE_CODE_SIMPLE)) return 'CLAUDE_CODE_SIMPLE';
  const sources = flagValue(args, '--setting-sources');
  if (
    sources !== null &&
    !sources
      .split(',')
      .map((part) => part.trim())
      .includes(SOURCE[scope])
  ) {
    return `\`--setting-sources\` without \`${SOURCE[scope]}\``;
  }
  return switchesOff(flagValue(args, '--settings')) ? '`--settings` that switch hooks off' : null;
}

/** Only inline settings are read; what a file held when the process started can no longer be told. */
function switchesOff(settings: string | null): boolean {
  if (settings === null || !settings.trimStart().startsWith('{')) return false;
  try {
    const value: unknown = JSON.parse(settings);
    return isObject(value) && (value.disableAllHooks === true || Array.isArray(value.allowedHttpHookUrls));
  } catch {
    return false;
  }
}

const isOn = (value: string | undefined): boolean =>
  value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.toLowerCase());
const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
