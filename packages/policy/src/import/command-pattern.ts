// A pattern on the text of a command (`git push *`) as a condition on what the command runs. INVARIANT: whatever the pattern
// matches at the start of any simple command, the condition matches too. It also catches the program behind `env`, `xargs`,
// quotes and paths, because it asks the analysis which programs run.
import { celText } from './make-rule.ts';

export interface CommandPattern {
  readonly condition: string;
  /** A command that it matches. */
  readonly example: string;
  readonly stricter: string;
}

/** What may stand before a simple command. */
const BEFORE = ['', ';', '&', '|', '(', '{ ', '`', '\n', '! ', 'then ', 'do ', 'else '].flatMap((mark) =>
  mark === '' || mark.endsWith(' ') ? [mark] : [mark, `${mark} `],
);

/** The whole of any command: no condition. */
export const isEverything = (glob: string): boolean => /^[*\s]*$/.test(glob);

/** `*` stands for any text; every other character, `?` and brackets too where `wild`, is what a person typed. */
export function commandPattern(given: string, wild = false): CommandPattern {
  const glob = (wild ? given.replace(/\?|\[[^\]]*\]/g, '*') : given).trim().replace(/\*+/g, '*');
  // `git *` means `git` alone too.
  const open = glob.replace(/\s*\*$/, '');
  const chunks = open
    .split('*')
    .map((chunk) => chunk.trim())
    .filter((chunk) => chunk !== '');
  const words = chunks.flatMap((chunk) => chunk.split(/\s+/));
  const start = open.startsWith('*') ? '*' : '';
  const patterns = BEFORE.map((mark) =>
    celText(`${mark === '' ? '' : '*'}${mark}${start === '' ? '' : '*'}${open.replace(/^\*/, '')}*`),
  );
  const text = `has(call.args.command) && [${[...new Set(patterns)].join(', ')}].exists(p, call.args.command.like(p))`;
  const program = open.startsWith('*') || (words[0]?.includes('*') ?? false) ? undefined : plainWord(words[0] ?? '');
  const example = open.replaceAll('*', 'x');
  if (program === undefined) {
    return { condition: text, example, stricter: 'matched in the text wherever a command can begin' };
  }
  const name = program.split('/').at(-1) ?? program;
  const rest = words.slice(1).map((word) => `call.args.command.contains(${celText(plainWord(word) ?? word)})`);
  const runs = `effects.exists(e, e.kind in ["execute", "unknown"] && (e.target == ${celText(name)} || e.target == ${celText(program)} || e.target.endsWith(${celText(`/${name}`)})))`;
  const held = rest.length === 0 ? runs : `${runs} && (!has(call.args.command) || ${rest.join(' && ')})`;
  return {
    condition: `${held} || ${text}`,
    example,
    stricter:
      rest.length === 0
        ? `\`${name}\` however it is started: by its path, behind \`env\` or \`xargs\``
        : `\`${name}\` however it is started, with ${words
            .slice(1)
            .map((word) => `\`${word}\``)
            .join(', ')} anywhere in the command`,
  };
}

/** A word as the program gets it. */
const plainWord = (word: string): string | undefined => (word === '' ? undefined : word.replace(/^["']|["']$/g, ''));

/** A simple command and nothing else: only for those may a text lift a refusal. */
const JOINERS = [';', '&', '|', '<', '>', '`', '$', '(', ')', '{', '}', '\n', '\\'];

/** Whether the whole command is one simple command that the pattern matches. Used as an exception, so it is narrow. */
export function wholeCommand(glob: string): string {
  const tidy = glob.trim().replace(/\*+/g, '*');
  const alone = tidy.endsWith(' *') ? ` || call.args.command == ${celText(tidy.slice(0, -2))}` : '';
  const joiners = JOINERS.map(celText).join(', ');
  return `has(call.args.command) && (call.args.command.like(${celText(tidy)})${alone}) && ![${joiners}].exists(c, call.args.command.contains(c))`;
}
