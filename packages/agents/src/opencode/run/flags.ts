// What of OpenCode's command line `castellan run` passes on. An allowlist: whatever loads other settings, leaves plug-ins out,
// answers permissions by itself or works for another process is refused, and so is what no one here knows.

export interface FlagFault {
  readonly message: string;
  readonly hint: string;
}

const REFUSED: { readonly [flag: string]: string } = {
  '--pure': 'it starts without plug-ins',
  '--auto': 'it answers every question of its own with yes',
  '-f': 'the file would reach the model without a tool that is asked about',
  '--file': 'the file would reach the model without a tool that is asked about',
  '--attach': 'another OpenCode would do the work, which was not started here',
  '-p': 'it is for an OpenCode that was not started here',
  '--password': 'it is for an OpenCode that was not started here',
  '-u': 'it is for an OpenCode that was not started here',
  '--username': 'it is for an OpenCode that was not started here',
  '--dir': 'it would work in another folder than the one it was started in',
  '--port': 'other programs could use its tools by that port',
  '--hostname': 'other machines could use its tools',
  '--mdns': 'other machines could find it',
  '--mdns-domain': 'other machines could find it',
  '--cors': 'web pages could use its tools',
  '--share': 'it publishes the session',
};
const FILE_HINT = 'name the file in the prompt: it is read with a tool then';
const HINT = 'leave it out; to allow more without being asked, change the policy or make a grant';

/** With a value behind them. */
const VALUED: ReadonlySet<string> = new Set([
  ...['--log-level', '-m', '--model', '-s', '--session', '--prompt', '--agent', '--replay-limit'],
  ...['--command', '--format', '--title', '--variant'],
]);
const PLAIN: ReadonlySet<string> = new Set([
  ...['-h', '--help', '-v', '--version', '--print-logs', '-c', '--continue', '--fork', '--mini', '--no-replay'],
  ...['--thinking', '-i', '--interactive'],
]);

/** `run` works; the others look at what an isolated OpenCode keeps, or sign it in. */
const COMMANDS: ReadonlySet<string> = new Set(['run', 'auth', 'providers', 'models', 'session', 'stats', 'export']);

const refused = (what: string, why: string, hint = HINT): FlagFault => ({
  message: `\`${what}\` is refused: ${why}`,
  hint,
});

/** What speaks against the user's own arguments; the first fault only. */
export function flagFault(args: readonly string[]): FlagFault | null {
  const [first] = args;
  const command = first !== undefined && !first.startsWith('-') ? first : null;
  if (command !== null && !COMMANDS.has(command))
    return refused(
      command,
      'it is not one of the commands that `run` knows',
      `the commands are ${[...COMMANDS].join(', ')}`,
    );
  const end = args.indexOf('--');
  const options = args.slice(command === null ? 0 : 1, end < 0 ? args.length : end);
  for (let at = 0; at < options.length; at += 1) {
    const part = options[at] ?? '';
    if (!part.startsWith('-') || part === '-') {
      // Alone it is the folder to start in; words of a prompt stand behind `run`.
      if (command === null) return refused(part, 'it would start in another folder', 'change into that folder first');
      continue;
    }
    const [flag = part] = part.split('=', 1);
    const why = Object.hasOwn(REFUSED, flag) ? REFUSED[flag] : undefined;
    if (why !== undefined) return refused(flag, why, /^(-f|--file)$/.test(flag) ? FILE_HINT : HINT);
    if (VALUED.has(flag)) {
      if (!part.includes('=')) at += 1;
      continue;
    }
    if (!PLAIN.has(part)) return refused(flag, 'it is not known to leave OpenCode held');
  }
  if (command === null && end >= 0 && args.length > end + 1)
    return refused(args[end + 1] ?? '', 'it would start in another folder', 'change into that folder first');
  return null;
}

/** The model it is told to use: `PROVIDER/MODEL`. */
export function modelOf(args: readonly string[]): string | null {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  return options.reduce<string | null>((found, part, index) => {
    if (part === '-m' || part === '--model') return options[index + 1] ?? found;
    const [, value] = /^(?:-m|--model)=(.*)$/s.exec(part) ?? [];
    return value ?? found;
  }, null);
}
