// Whether this very command was started by an agent (A5). An agent that can run shell commands could otherwise answer its
// own questions. This is a tripwire, not the boundary: the gate refuses such commands before they run, and an agent that
// detaches itself completely looks like any program of the same user. It stays because it costs nothing and catches the
// plain attempt. Where there is no /proc only the environment is looked at.
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

export interface ProcessTable {
  /** Parent, names (its title, then the file it runs), and arguments; undefined when it cannot be read. */
  read(
    pid: number,
  ): { readonly parent: number; readonly names: readonly string[]; readonly argv: readonly string[] } | undefined;
}

/** What users set for themselves to configure a client: no sign of running under one. */
const CONFIGURATION = new Set(['CODEX_HOME', 'OPENCODE_CONFIG', 'OPENCODE_CONFIG_DIR', 'OPENCODE_CONFIG_CONTENT']);
const MARKS = /^(CLAUDECODE|CLAUDE_CODE_ENTRYPOINT|CODEX_.+|OPENCODE.*)$/;
const AGENTS = new Set(['claude', 'codex', 'opencode', '.opencode', 'opencode-cli']);
const INTERPRETERS = /^(node|nodejs|bun|deno|sh|bash|dash|zsh|python[0-9.]*)$/;
const PACKAGES = /[/](@anthropic-ai[/]claude-code[^/]*|@openai[/]codex|opencode-ai|claude[/]versions)[/]/;

const isAgent = (program: string): boolean => AGENTS.has(basename(program)) || PACKAGES.test(program);
const firstWord = (text: string): string => text.split(' ', 1)[0] ?? '';

/** The file it runs is a fact; the title and argv[0] are what it says of itself. */
function isAgentProcess([title = '', ...files]: readonly string[], argv: readonly string[]): boolean {
  const [said = '', script = ''] = argv;
  // npm writes its whole command line there: only the first word names a program, the rest may be a path to one.
  const program = firstWord(said);
  if (files.some(isAgent) || isAgent(firstWord(title)) || isAgent(program)) return true;
  // `node /usr/bin/claude`, `sh /opt/codex`: the script names it. `vim claude` does not count.
  return INTERPRETERS.test(basename(program)) && isAgent(script);
}

/** What was recognised, in words; undefined when a person seems to sit here. */
export function agentAbove(
  env: Readonly<Record<string, string | undefined>>,
  self: number,
  processes: ProcessTable,
): string | undefined {
  const mark = Object.keys(env).find((name) => MARKS.test(name) && !CONFIGURATION.has(name));
  if (mark !== undefined) return `\`${mark}\` is set in its environment`;
  const seen = new Set<number>();
  for (let pid = self; pid > 1 && !seen.has(pid); ) {
    seen.add(pid);
    const found = processes.read(pid);
    if (found === undefined) return undefined;
    if (isAgentProcess(found.names, found.argv)) {
      return `process ${pid} above it is \`${basename(found.names[0] ?? 'an agent')}\``;
    }
    pid = found.parent;
  }
  return undefined;
}

/** The kernel's own table, where there is one. */
export const procTable: ProcessTable = {
  read(pid) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name stands in parentheses and may hold any character, parentheses too: the last one ends it.
      const end = stat.lastIndexOf(')');
      const parent = Number(stat.slice(end + 2).split(' ')[1]);
      const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return { parent, names: [stat.slice(stat.indexOf('(') + 1, end), ...exeOf(pid)], argv };
    } catch {
      return undefined;
    }
  },
};

function exeOf(pid: number): readonly string[] {
  try {
    return [readlinkSync(`/proc/${pid}/exe`)];
  } catch {
    return [];
  }
}
