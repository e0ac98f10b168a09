// A name that is no command, found before anything else is read: `castellan frobnicate --help` must not answer with the help
// of something else, nor `castellan policy frobnicate` show the policy.
import type { Command } from 'commander';
import type { Output } from '../output.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { visible } from '../text/visible.ts';

interface Unknown {
  /** As it was typed after `castellan`, with the group it was looked for in. */
  readonly name: string;
  /** The commands of that group, as they are typed. */
  readonly known: readonly string[];
}

/** Whether the word after it is its value, for the group or for the command that it does without one. */
const takesValue = (group: Command, word: string): boolean =>
  [group, ...group.commands].some(({ options }) =>
    options.some(({ long, short, required }) => required && (long === word || short === word)),
  );

/** The first word without a dash that is no option's value names a command. */
export function unknownCommand(program: Command, argv: readonly string[]): Unknown | null {
  let group = program;
  let path = '';
  let isValue = false;
  for (const word of argv) {
    if (word === '--') return null;
    const isOver: boolean = isValue;
    isValue = !isOver && word.startsWith('-') && takesValue(group, word);
    if (isOver) continue;
    if (word.startsWith('-') || word === 'help') continue;
    if (group.commands.length === 0) return null;
    const command = group.commands.find((child) => child.name() === word);
    if (command === undefined)
      return { name: `${path}${word}`, known: group.commands.map((child) => `${path}${child.name()}`) };
    group = command;
    path += `${word} `;
  }
  return null;
}

export async function tellUnknown({ name, known }: Unknown, out: Output): Promise<ExitCode> {
  // Only a mistake pays for loading this.
  const { nearest } = await import('@castellan/policy');
  const near = nearest(name, known);
  const group = name.includes(' ') ? `${name.slice(0, name.lastIndexOf(' '))} ` : '';
  return out.error(
    `unknown command \`${visible(name)}\``,
    [...(near === undefined ? [] : [`did you mean \`castellan ${near}\`?`]), `\`castellan ${group}--help\` lists them`],
    EXIT.usage,
  );
}
