// Why a child is gone that was not told to go, in words for whoever reads the outcome.
import type { ScriptError, ScriptErrorCode } from '@castellan/contract';
import type { Ending } from './child.ts';

export const errorOf = (code: ScriptErrorCode, message: string, hint?: string): ScriptError => ({
  code,
  message,
  ...(hint !== undefined && { hint }),
  traceback: [],
});

/** V8 ends the process where its heap is full: by a trap, by abort, or by an illegal instruction. A hull adds 128 to the signal. */
const FULL_HEAP: readonly (string | number)[] = ['SIGABRT', 'SIGTRAP', 'SIGILL', 133, 134, 132];
const USED_UP: readonly (string | number)[] = ['SIGXCPU', 152];

export function errorOfEnding(ending: Ending): ScriptError {
  if (ending.kind === 'not-started') return errorOf('failed', `the child could not be started: ${ending.message}`);
  const how = ending.signal ?? ending.code ?? 0;
  if (FULL_HEAP.includes(how)) return errorOf('memory_exceeded', 'the process of the script ran out of memory');
  if (USED_UP.includes(how)) return errorOf('time_exceeded', 'the process of the script used up its processor time');
  return errorOf('killed', `the process of the script ended by itself: ${how}`);
}
