// Help that teaches: every command ends with examples that can be typed as they stand.
import { type Command, InvalidArgumentError } from 'commander';

/** What is typed, and what it is for: side by side where that fits, else below each other. */
export function examples(command: Command, ...lines: readonly (readonly [command: string, what: string])[]): Command {
  const column = Math.max(...lines.map(([text]) => text.length));
  const beside = lines.map(([example, what]) => `  $ ${example.padEnd(column)}   ${what}`);
  const below = lines.map(([example, what]) => `  $ ${example}\n      ${what}`);
  return command.addHelpText('after', () => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? 80;
    return `\nExamples:\n${(beside.every((line) => line.length <= width) ? beside : below).join('\n')}`;
  });
}

/** How a command is named in a list: its first sentence, as a phrase. */
export function phrase(command: Command): string {
  const said = command.summary() || command.description();
  const [sentence = ''] = said.split(/\.(?: |$)/);
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^[0-9]+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`a whole number from ${least} to ${most} is wanted.`);
    }
    return value;
  };

export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('a number above 0 is wanted.');
  return value;
}

export const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
