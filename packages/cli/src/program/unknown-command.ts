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

/** Groups of commands take no options with a value, so that the first word without a dash names a command. */
export function unknownCommand(program: Command, argv: readonly string[]): Unknown | null {
  let group = program;
  let path = '';
  for (const word of argv) {
    if (word === '--') return null;
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
