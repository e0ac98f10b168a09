// What is said of a program that failed: a code, one line, and where.
import type { ChildMessage } from '@castellan/contract';
import type { Frame, StarlarkError, Used } from '@castellan/starlark';
import type { Ending } from './exchange.ts';
import { wholeUsed } from './used.ts';

export type FailedMessage = Extract<ChildMessage, { kind: 'failed' }>;
type Code = FailedMessage['code'];
export type Known = Pick<StarlarkError, 'kind' | 'message'> & Partial<StarlarkError>;

const MAX_MESSAGE = 1000;
const MAX_FRAMES = 64;
const MAX_FRAME = 200;

/**
 * @param ending why the program had to end, where its host knows
 * @param given the code, where it is not in the error itself
 */
export function failure(error: Known | undefined, used: Used, ending: Ending | undefined, given?: Code): FailedMessage {
  const message = error?.message ?? 'nothing is known of it';
  const place = error?.at === undefined || error.stack?.length !== 0 ? '' : `${error.at.line}:${error.at.column}: `;
  return {
    kind: 'failed',
    code: ending ?? given ?? codeOf(error),
    message: cut(place + (ending === 'output_exceeded' ? 'printed too many lines' : oneLine(message)), MAX_MESSAGE),
    traceback: framesOf(error?.stack ?? []),
    used: wholeUsed(used),
  };
}

function codeOf(error: Known | undefined): Code {
  switch (error?.kind) {
    case undefined:
    case 'host':
    case 'cancelled':
      return 'failed';
    case 'syntax':
    case 'resolve':
      return 'script_invalid';
    case 'eval':
      return 'program_failed';
    case 'budget':
      return error.budget === undefined ? 'failed' : `${error.budget}_exceeded`;
  }
}

/** Outermost first; of a deep stack both ends. */
function framesOf(stack: readonly Frame[]): readonly string[] {
  const half = MAX_FRAMES / 2;
  const shown = stack.length <= MAX_FRAMES ? stack : [...stack.slice(0, half), ...stack.slice(-half)];
  return shown.map(({ at, function: name }) =>
    cut(at === undefined ? `<builtin>: in ${name}` : `${at.file}:${at.line}:${at.column}: in ${name}`, MAX_FRAME),
  );
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ');

/** By characters: half of one is none. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text
    .slice(0, most)
    .toWellFormed()
    .replace(/\ufffd$/, '')}…`;
}
