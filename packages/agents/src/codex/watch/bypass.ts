// Whether a running Codex was started so that our hooks do not count. Pure: everything it must know is handed in. What the
// machine requires cannot be left out at all.
import { join } from 'node:path';
import type { AgentId } from '@castellan/contract';

export interface CodexProcess {
  readonly pid: number;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
}

interface Connected {
  readonly agent: AgentId;
  /** CODEX_HOME that its entries stand in. */
  readonly home: string;
}

export interface Bypass {
  readonly agent: AgentId;
  readonly pid: number;
  /** What it was started with. */
  readonly how: string;
}

/** What it means to Codex that a feature is switched on its command line, in every spelling. */
function switched(args: readonly string[]): readonly (readonly [string, boolean])[] {
  return args.flatMap((part, at): readonly (readonly [string, boolean])[] => {
    const next = args[at + 1] ?? '';
    const long = /^--(enable|disable|config)(?:=(.*))?$/s.exec(part);
    if (long !== null && long[1] !== 'config') return [[long[2] ?? next, long[1] === 'enable']];
    const short = /^-c(.*)$/s.exec(part);
    const setting = long === null ? short && (short[1] === '' ? next : short[1]) : (long[2] ?? next);
    const found = /^\s*features\.([\w"]+)\s*=\s*(true|false)/.exec(setting ?? '');
    return found === null ? [] : [[(found[1] ?? '').replaceAll('"', ''), found[2] === 'true']];
  });
}

function weakness({ args }: CodexProcess): string | null {
  const features = switched(args);
  if (features.some(([name, on]) => name === 'hooks' && !on)) return 'hooks switched off';
  if (features.some(([name, on]) => name === 'unified_exec_tty' && on)) return 'a terminal for its commands';
  if (args.some((part) => /^(?:-p|--profile)(?:=|$)/.test(part)))
    return '`--profile`, whose settings may leave the hooks out';
  if (args.some((part) => part === '--ignore-user-config')) return '`--ignore-user-config`';
  return null;
}

/** @param connected of scope user. @param stateFolder runs of our own have their folder below it. */
export function findCodexBypasses(
  processes: readonly CodexProcess[],
  connected: readonly Connected[],
  stateFolder: string,
): readonly Bypass[] {
  return processes.flatMap((process) => {
    const folder = process.env.CODEX_HOME ?? join(process.env.HOME ?? '/', '.codex');
    if (folder.startsWith(`${stateFolder}/`)) return [];
    return connected.flatMap(({ agent, home }) => {
      const how = folder === home ? weakness(process) : 'CODEX_HOME, which leads past the connected settings';
      return how === null ? [] : [{ agent, pid: process.pid, how }];
    });
  });
}
