// What resolving a start is given and gives. INVARIANT: after it, nothing of a start is resolved again: not a version, not a
// name on PATH.
import type { McpProcess } from '@castellan/contract';

export interface Resolving {
  /** Where packages are kept: `<state>/modules/packages`. Absolute; made when it is needed. */
  readonly folder: string;
  /** The daemon's environment: PATH, HOME and the like are taken from it, nothing else. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes known secrets out of what an installer printed. */
  readonly hideText: (text: string) => string;
  /** Ends the installer and leaves nothing behind. */
  readonly signal: AbortSignal;
  /** Told each step when it begins, for whoever waits; all of them come back as `steps`. */
  readonly step: (text: string) => void;
}

/**
 * refused: what is asked for cannot be pinned. not-found: no such program, package or version. failed: the installer failed,
 * or an integrity did not hold. cancelled: by the signal, or because it took too long.
 */
export type ResolveFaultCode = 'refused' | 'not-found' | 'failed' | 'cancelled';

export interface ResolveFault {
  readonly ok: false;
  readonly code: ResolveFaultCode;
  /** One line: lower case, no full stop. */
  readonly message: string;
  readonly hint: string;
}

export type ResolvedStart =
  | { readonly ok: true; readonly start: McpProcess; readonly steps: readonly string[] }
  | ResolveFault;

export const resolveFault = (code: ResolveFaultCode, message: string, hint: string): ResolveFault => ({
  ok: false,
  code,
  message,
  hint,
});
