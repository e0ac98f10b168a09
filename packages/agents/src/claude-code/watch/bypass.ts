// Whether a running Claude Code was started so that our hooks do not count. Pure: everything it must know is handed in.
import { dirname, join } from 'node:path';
import type { AgentId } from '@castellan/contract';
import type { Connection } from '../../connection/connection.ts';
import { isObject } from '../../hook/plain-json.ts';
import type { ClaudeProcess } from './processes.ts';

export type Connected = Pick<Connection, 'agent' | 'scope'> & {
  readonly files: readonly { readonly path: string }[];
};

export interface Bypass {
  readonly agent: AgentId;
  readonly pid: number;
  /** What it was started with. */
  readonly how: string;
}

const OFF_FLAGS = ['--bare', '--safe-mode', '--restricted'];

const OFF_VARIABLES = ['CLAUDE_CODE_SIMPLE', 'CLAUDE_CODE_SAFE_MODE'];
const SETTINGS_FLAGS = ['--settings', '--managed-settings'];

/** The value of a flag, in both spellings; the last one counts. */
function flagValue(args: readonly string[], flag: string): string | null {
  return args.reduce<string | null>((found, part, index) => {
    if (part === flag) return args[index + 1] ?? '';
    return part.startsWith(`${flag}=`) ? part.slice(flag.length + 1) : found;
  }, null);
}

/** Whether a process works with the settings of a connection, and those of its project beside them. */
export function readsProject({ args, cwd, env }: ClaudeProcess, one: Connected): boolean {
  const settingsPath = one.files[0]?.path ?? '';
  switch (one.scope) {
    case 'user':
      return (env.CLAUDE_CONFIG_DIR ?? join(env.HOME ?? '/', '.claude')) === dirname(settingsPath) && !leavesOut(args);
    case 'project':
      return isWithin(cwd, dirname(dirname(settingsPath))) && !leavesOut(args);
    case 'isolated':
    case 'managed':
      return false;
  }
}

const leavesOut = (args: readonly string[]): boolean => {
  const sources = flagValue(args, '--setting-sources');
  return sources !== null && !/\b(?:project|local)\b/.test(sources);
};

/** Whose settings the entries are among; null: no flag leaves those out. */
const SOURCE: Record<Connected['scope'], string | null> = {
  user: 'user',
  isolated: 'user',
  project: 'local',
  managed: null,
};

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
  const settingsPath = one.files[0]?.path ?? '';
  const ours = folder === dirname(settingsPath);
  switch (one.scope) {
    case 'managed':
      return null;
    case 'isolated':
      return ours ? startedWeak(process, one) : null;
    case 'project':
      return isWithin(process.cwd, dirname(dirname(settingsPath))) ? startedWeak(process, one) : null;
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
  const variable = OFF_VARIABLES.find((name) => isOn(env[name]));
  if (variable !== undefined) return variable;
  const sources = flagValue(args, '--setting-sources')
    ?.split(',')
    .map((part) => part.trim());
  const needed = SOURCE[scope];
  if (sources !== undefined && needed !== null && !sources.includes(needed))
    return `\`--setting-sources\` without \`${needed}\``;
  const settings = SETTINGS_FLAGS.find((name) => switchesOff(flagValue(args, name)));
  return settings === undefined ? null : `\`${settings}\` that switch hooks off`;
}

/** Only inline settings are read; what a file held when the process started can no longer be told. */
function switchesOff(settings: string | null): boolean {
  if (settings === null || !settings.trimStart().startsWith('{')) return false;
  try {
    const value: unknown = JSON.parse(settings);
    return isObject(value) && (value.disableAllHooks === true || value.allowManagedHooksOnly === true);
  } catch {
    return false;
  }
}

const isOn = (value: string | undefined): boolean =>
  value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.toLowerCase());
const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
