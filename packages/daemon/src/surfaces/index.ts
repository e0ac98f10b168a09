// The door of the surfaces: where calls come from.
export { Calls } from './calls.ts';
export { ClaudeCodeSurface, type GatewayTool } from './claude-code.ts';
export { endGrants, makeGrant } from './make-grant.ts';
export { McpSurface } from './mcp.ts';
export { type McpConnection, type McpPlace, McpSessions } from './mcp-sessions.ts';
export type { Parts } from './parts.ts';
export { givenIn } from './secrets-in.ts';
