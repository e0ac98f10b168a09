// How connecting, launching and verifying an agent can fail: a closed set of codes.

export const AGENT_FAULT_CODES = [
  'client-missing',
  'client-too-old',
  'settings-unreadable',
  'settings-rejected',
  'hooks-disabled',
  'hooks-not-intact',
  'not-connected',
  'wrong-scope',
  'wrong-mode',
  'daemon',
  'no-upstream',
  'not-written',
  'weakening-flag',
  'not-started',
] as const;
export type AgentFaultCode = (typeof AGENT_FAULT_CODES)[number];

export interface AgentFault {
  readonly code: AgentFaultCode;
  /** One line: lower case, no full stop. */
  readonly message: string;
  /** What to do. */
  readonly hints: readonly string[];
}

export type Done<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: AgentFault };

export const done = <T>(value: T): Done<T> => ({ ok: true, value });
export const undone = (code: AgentFaultCode, message: string, ...hints: readonly string[]): Done<never> => ({
  ok: false,
  fault: { code, message, hints },
});
