// Which of Claude Code's flags `castellan run` passes on. An allowlist: the client has hidden flags that skip hooks, load
// other settings or move the session elsewhere, and gets new ones with every version.

export interface FlagFault {
  readonly flag: string;
  readonly message: string;
  readonly hint: string;
}

const WEAKENING: { readonly [flag: string]: string } = {
  '--dangerously-skip-permissions': 'it skips permission checks',
  '--allow-dangerously-skip-permissions': 'it lets permission checks be skipped',
  '--bare': 'it starts without hooks',
  '--safe-mode': 'it starts without hooks',
  '--restricted': 'it starts without hooks',
  '--settings': 'its settings would override those that hold the hooks',
  '--setting-sources': 'it could leave out the settings that hold the hooks',
  '--managed-settings': 'its settings would override those that hold the hooks',
  '--permission-prompt-tool': 'it lets a tool of the agent answer permission prompts',
  '--plugin-dir': 'a plugin brings hooks and commands of its own',
  '--agents': 'an agent defined there may carry hooks and a permission mode of its own',
};

const PASSED: ReadonlySet<string> = new Set([
  ...['-p', '--print', '-c', '--continue', '-r', '--resume', '--session-id', '--fork-session', '-n', '--name'],
  ...['--no-session-persistence', '--replay-user-messages', '--autocompact', '--ax-screen-reader', '--brief'],
  ...['--model', '--fallback-model', '--effort', '--betas', '--thinking', '--max-turns', '--max-budget-usd'],
  ...['--output-format', '--input-format', '--json-schema', '--verbose', '-d', '--debug', '--prompt-suggestions'],
  ...['--include-partial-messages', '--include-hook-events', '--forward-subagent-text'],
  ...['--system-prompt', '--system-prompt-file', '--append-system-prompt', '--append-system-prompt-file'],
  ...['--exclude-dynamic-system-prompt-sections', '--disable-slash-commands', '--add-dir', '--agent', '--tools'],
  ...['--allowedTools', '--allowed-tools', '--disallowedTools', '--disallowed-tools', '--mcp-config'],
  ...['-v', '--version', '-h', '--help'],
]);
const MODES: ReadonlySet<string> = new Set(['default', 'plan', 'acceptEdits', 'manual', 'dontAsk']);

const HINT = 'leave it out; to allow more without being asked, change the policy or make a grant';

/** What speaks against the user's own arguments; the first fault only. */
export function flagFault(args: readonly string[]): FlagFault | null {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  for (const [index, part] of options.entries()) {
    if (!part.startsWith('-') || part === '-') continue;
    const flag = part.split('=', 1)[0] ?? part;
    const why = Object.hasOwn(WEAKENING, flag) ? WEAKENING[flag] : undefined;
    if (why !== undefined) return { flag, message: `\`${flag}\` is refused: ${why}`, hint: HINT };
    if (flag === '--permission-mode') {
      const mode = part.includes('=') ? part.slice(flag.length + 1) : options[index + 1];
      if (mode !== undefined && MODES.has(mode)) continue;
      return { flag, message: `\`${flag} ${mode ?? ''}\` is refused: it skips permission checks`, hint: HINT };
    }
    if (PASSED.has(flag)) continue;
    return { flag, message: `\`${flag}\` is refused: it is not known to keep the hooks in force`, hint: HINT };
  }
  return null;
}

/** Before the user's own arguments, in the spelling that cannot swallow what follows. */
export const ENFORCED: readonly string[] = [
  '--setting-sources=user',
  '--strict-mcp-config',
  '--allowedTools=Read,Glob,Grep',
];
