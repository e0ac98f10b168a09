// The public face of agents.
export { type CanaryReply, canaryReply } from './claude-code/canary/reply.ts';
export { type ClaudeBinary, findClaude, OLDEST_VERSION } from './claude-code/client-binary.ts';
export { type ConnectClient, type Connected, type ConnectOptions, connectClaude } from './claude-code/connect.ts';
export { type Connection, expectedOf, listConnections, readConnection } from './claude-code/connection.ts';
export { type Disconnected, type DisconnectOptions, disconnectClaude } from './claude-code/disconnect.ts';
export {
  answerContext,
  answerNothing,
  answerPermissionRequest,
  answerPreToolUse,
  answerToolOutput,
  type ContextEvent,
  refusalText,
  refuseHook,
  refusePermissionRequest,
  refusePreToolUse,
} from './claude-code/hook/answers.ts';
export type { ClaudeHookEvent, Subagent } from './claude-code/hook/event.ts';
export { parseClaudeHook } from './claude-code/hook/parse.ts';
export { type SafetyFacts, safetyContext } from './claude-code/hook/safety-context.ts';
export { OWN_SERVER } from './claude-code/hook/tool-ref.ts';
export { type ConnectPlan, planClaude } from './claude-code/plan.ts';
export { type HeadlessOptions, headlessFault, runClaudeHeadless } from './claude-code/run/headless.ts';
export { prepareRun, type RunOptions, runClaude } from './claude-code/run/run.ts';
export { type Expected, type HookState, hookStateText, inspectSettings } from './claude-code/settings/inspect.ts';
export { type Interference, inspectAround, inspectHooks } from './claude-code/settings/inspect-file.ts';
export { type Places, SCOPES, type Scope } from './claude-code/settings/location.ts';
export type { Check } from './claude-code/verify/check.ts';
export { type Verified, type VerifyOptions, verifyClaude } from './claude-code/verify/verify.ts';
export type { HookAlarm } from './claude-code/watch/alarms.ts';
export { type HookWatch, lookOnce, type WatchOptions, watchHooks } from './claude-code/watch/watch.ts';
export type { AgentFault, AgentFaultCode, Done } from './fault.ts';
export type { HeadlessEnd } from './launch-headless.ts';
export { replaceClientFile } from './mcp-clients/client-file.ts';
export { mcpClient } from './mcp-clients/clients.ts';
export {
  type ClientPlaces,
  type FoundSecret,
  type FoundServer,
  MCP_CLIENTS,
  type McpClientName,
  type MovableServer,
  type OwnEntry,
  type Reading,
} from './mcp-clients/found.ts';
export {
  endMove,
  type KeptMove,
  keepMove,
  keptBefore,
  listMoves,
  type MovedEntry,
  movesFolder,
} from './mcp-clients/moves.ts';
export { type Survey, type SurveyedFile, surveyClients } from './mcp-clients/survey.ts';
export { type Undone, undoMove } from './mcp-clients/undo-move.ts';
export { connectMcp, disconnectMcp } from './mcp-link/connect.ts';
export { mcpCredential } from './mcp-link/credential.ts';
export { listMcpConnections } from './mcp-link/kept.ts';
export { runMcpLink } from './mcp-link/link.ts';
export { sessionStartScript } from './session-start-script.ts';
