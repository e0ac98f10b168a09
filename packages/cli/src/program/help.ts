// Help that teaches: every command ends with examples that can be typed as they stand.
import { type Command, InvalidArgumentError } from 'commander';

export function examples(command: Command, ...lines: readonly (readonly [command: string, what: string])[]): Command {
  const width = Math.max(...lines.map(([text]) => text.length));
  const text = lines.map(([example, what]) => `  $ ${example.padEnd(width)}   ${what}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${text}`);
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
