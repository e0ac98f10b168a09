// What the command says: data on stdout, everything about the run on stderr, errors in one form, exit codes in one place.
import { typed } from './command.ts';
import { type Line, painter } from './text/tone.ts';
import type { World } from './world.ts';

/** done; failure; denied (a rule, a person or the guard against agents said no); usage. */
export const EXIT = { done: 0, failure: 1, denied: 2, usage: 64 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Output {
  /** One line of data. The caller has made text of agents visible. */
  line(text?: string): void;
  lines(lines: readonly Line[]): void;
  json(value: unknown): void;
  /** One line about the run, not data. Here and in hints, `castellan …` in backticks becomes what can be typed. */
  note(text: string): void;
  /** `castellan: error: …` and its hints; gives the exit code back, so that a command can end with it. */
  error(message: string, hints?: readonly string[], code?: ExitCode): ExitCode;
  readonly width: number;
}

export function createOutput(world: World, command: string): Output {
  const paint = painter(world.stdout.isTTY === true && world.env.NO_COLOR === undefined && world.env.TERM !== 'dumb');
  return {
    line: (text = '') => void world.stdout.write(`${text}\n`),
    lines: (lines) => void world.stdout.write(lines.map((line) => `${paint(line)}\n`).join('')),
    json: (value) => void world.stdout.write(`${JSON.stringify(value, null, world.stdout.isTTY === true ? 2 : 0)}\n`),
    note: (text) => void world.stderr.write(`${typed(command, text)}\n`),
    error(message, hints = [], code = EXIT.failure) {
      world.stderr.write(
        `castellan: error: ${message}\n${hints.map((hint) => `hint: ${typed(command, hint)}\n`).join('')}`,
      );
      return code;
    },
    width: Math.max(40, Math.min(world.stdout.columns ?? (Number(world.env.COLUMNS) || 100), 120)),
  };
}
