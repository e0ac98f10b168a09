// Which words of Codex's command line `castellan run` passes on. An allowlist: the client has words that skip hooks, load other
// settings, work elsewhere or ask nobody, and gets new ones with every version.

export interface FlagFault {
  readonly flag: string;
  readonly message: string;
  readonly hint: string;
}

const WEAKENING: { readonly [flag: string]: string } = {
  '--dangerously-bypass-approvals-and-sandbox': 'it takes Codex’s own sandbox away',
  '--yolo': 'it takes Codex’s own sandbox away',
  '--dangerously-bypass-hook-trust': 'it runs hooks that nobody trusted',
  '--full-auto': 'it lets Codex go on where it would ask its user',
  '--approve-for-me': 'it lets a model answer what Codex would ask its user',
  '--config': 'a setting could switch the hooks off or tools on',
  '-c': 'a setting could switch the hooks off or tools on',
  '--enable': 'a feature could bring tools that nobody is asked about',
  '--disable': 'a feature that is off could be the hooks',
  '--profile': 'its settings would override those that hold the hooks',
  '-p': 'its settings would override those that hold the hooks',
  '--ignore-user-config': 'it would leave out the settings that hold the hooks',
  '--ignore-rules': 'it leaves out rules of yours for commands',
  '--trust': 'a project’s own settings would count',
  '--remote': 'the session would run elsewhere',
  '--remote-auth-token-env': 'the session would run elsewhere',
  '--cd': 'the session would work elsewhere than it says: change to the folder first',
  '-C': 'the session would work elsewhere than it says: change to the folder first',
  '--search': 'what is searched for leaves this machine, and nobody is asked',
};

const ALONE: ReadonlySet<string> = new Set([
  ...['--oss', '--no-alt-screen', '--no-daemon', '--strict-config', '--skip-git-repo-check', '--ephemeral', '--json'],
  ...['--last', '--all', '-h', '--help', '-V', '--version'],
]);
/** The word after each is its value. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  ...['-m', '--model', '-i', '--image', '--add-dir', '--local-provider', '--output-schema', '--color'],
  ...['-o', '--output-last-message', '-s', '--sandbox', '-a', '--ask-for-approval'],
]);
/** Values of these loosen; only listed ones pass. */
const VALUES: { readonly [flag: string]: readonly string[] } = {
  ...{ '-s': ['read-only', 'workspace-write'], '--sandbox': ['read-only', 'workspace-write'] },
  ...{ '-a': ['on-request', 'never'], '--ask-for-approval': ['on-request', 'never'] },
};

/** What Codex can be told to do; every other word without a blank might be one of its commands. */
const COMMANDS: ReadonlySet<string> = new Set(['exec', 'e', 'resume', 'fork', 'review', 'login', 'logout']);

const HINT = 'leave it out; to allow more without being asked, change the policy or make a grant';

const fault = (flag: string, why: string, hint = HINT): FlagFault => ({
  flag,
  message: `\`${flag}\` is refused: ${why}`,
  hint,
});

/** What speaks against the user's own words; the first fault only. */
export function codexFlagFault(args: readonly string[]): FlagFault | null {
  let command = false;
  for (let at = 0; at < args.length; at += 1) {
    const part = args[at] ?? '';
    // Behind it everything is the prompt.
    if (part === '--') return null;
    if (!part.startsWith('-') || part === '-') {
      if (!command && !COMMANDS.has(part) && !/\s/.test(part))
        return fault(
          part,
          'it may be a command of Codex that nobody knows to be held',
          'write a prompt of one word after `--`',
        );
      command = true;
      continue;
    }
    const { flag, value } = spelt(part);
    const why = Object.hasOwn(WEAKENING, flag) ? WEAKENING[flag] : undefined;
    if (why !== undefined) return fault(flag, why);
    if (ALONE.has(flag) && value === null) continue;
    if (!WITH_VALUE.has(flag)) return fault(flag, 'it is not known to leave Codex held');
    if (value === null) at += 1;
    const given = value ?? args[at] ?? '';
    const listed = Object.hasOwn(VALUES, flag) ? VALUES[flag] : undefined;
    if (listed !== undefined && !listed.includes(given))
      return fault(`${flag} ${given}`, 'it takes Codex’s own walls away');
  }
  return null;
}

/** `--flag=value`, and `-fvalue` for the short ones. */
function spelt(part: string): { readonly flag: string; readonly value: string | null } {
  if (!part.startsWith('--'))
    return { flag: part.slice(0, 2), value: part.length > 2 ? part.slice(2).replace(/^=/, '') : null };
  const at = part.indexOf('=');
  return at < 0 ? { flag: part, value: null } : { flag: part.slice(0, at), value: part.slice(at + 1) };
}
