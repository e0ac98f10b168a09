// The door of the surfaces: where calls come from.
export { Calls } from './calls.ts';
export { ClaudeCodeSurface } from './claude-code.ts';
export { endGrants, makeGrant } from './make-grant.ts';
export type { Parts } from './parts.ts';
export { givenIn } from './secrets-in.ts';
