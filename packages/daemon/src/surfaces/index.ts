// The door of the surfaces: where calls come from.
export { type CallDraft, Calls } from './calls.ts';
export { type GatewayTool, type HookHost, HookSurface } from './hooks.ts';
export { IdleSessions } from './idle-sessions.ts';
export { endGrants, makeGrant } from './make-grant.ts';
export { McpSurface } from './mcp.ts';
export { type McpConnection, type McpPlace, McpSessions } from './mcp-sessions.ts';
export type { Parts } from './parts.ts';
export { type RunHeaders, runHeaders } from './run-says.ts';
export { givenIn } from './secrets-in.ts';
