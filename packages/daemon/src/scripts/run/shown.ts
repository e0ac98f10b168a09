// A run as it may be kept and shown (S8). INVARIANT: nothing a program returned, printed or failed with is kept before it was
// looked through, part by part and as a whole: what is spread over lines is one text to whoever reads them.
import type { JsonValue, ScriptError, ScriptRun } from '@castellan/contract';
import type { ScriptOutcome } from '@castellan/sandbox';
import type { Redactor } from '@castellan/secrets';
import { type Exits, valueWithout } from '../../exits/index.ts';

type Shown = Pick<ScriptRun, 'outcome' | 'error' | 'output' | 'used' | 'isolation'> & { readonly result?: JsonValue };

const HIDDEN = '[REDACTED]';

/** How a run is looked through. */
export interface Looking {
  readonly redactor: Pick<Redactor, 'stream'>;
  readonly exits: Pick<Exits, 'text'>;
}

export async function shownOf(
  { result, output, used, isolation }: ScriptOutcome,
  { redactor, exits }: Looking,
): Promise<Shown> {
  // As one list: a secret may be cut over lines that follow each other.
  const texts = await valueWithout(
    redactor,
    output.map(({ text }) => text),
  );
  const lines = output.map((line, at) => ({
    ...line,
    text: Array.isArray(texts) ? String(texts[at] ?? '') : HIDDEN,
  }));
  const rest = { output: lines, used, isolation };
  if (!result.ok) return { ...rest, outcome: outcomeOf(result.error), error: errorOf(result.error, exits) };
  return { ...rest, outcome: 'succeeded', error: null, result: await valueWithout(redactor, result.value) };
}

export function errorOf({ code, message, hint, traceback }: ScriptError, exits: Pick<Exits, 'text'>): ScriptError {
  return {
    code,
    message: exits.text(message).slice(0, 2000).toWellFormed(),
    ...(hint !== undefined && { hint: exits.text(hint).slice(0, 500).toWellFormed() }),
    traceback: traceback.map((line) => exits.text(line).slice(0, 400).toWellFormed()),
  };
}

/** killed: it did not come to an end of its own. */
function outcomeOf({ code }: ScriptError): ScriptRun['outcome'] {
  if (code === 'cancelled') return 'cancelled';
  return code === 'killed' || code === 'time_exceeded' ? 'killed' : 'failed';
}
