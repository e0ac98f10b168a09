// The public face of agents.
export type { CanaryReply } from './canary/play.ts';
export { type CanaryApi, canaryReply } from './canary/reply.ts';
export { type ClaudeBinary, findClaude, OLDEST_VERSION } from './claude-code/client-binary.ts';
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
export { parseClaudeHook } from './claude-code/hook/parse.ts';
export { OWN_SERVER } from './claude-code/hook/tool-ref.ts';
export { type Expected, type HookState, hookStateText, inspectSettings } from './claude-code/settings/inspect.ts';
export { type Connected, connectAgent } from './connection/connect.ts';
export type { Connection } from './connection/connection.ts';
export { keptCredential } from './connection/credential.ts';
export { type Disconnected, type DisconnectOptions, disconnectAgent } from './connection/disconnect.ts';
export type { ConnectClient, ConnectOptions, PlanOptions } from './connection/options.ts';
export { type ConnectPlan, planConnection } from './connection/plan.ts';
export type { FileEnd } from './connection/put-back.ts';
export { listConnections, readConnection } from './connection/record.ts';
export type { Connector, OwnTools, Standing } from './connector.ts';
export { CONNECTORS, connectorNamed, connectorOf, hostsOf } from './connectors.ts';
export { defaultScopeOf } from './default-scope.ts';
export type { AgentFault, AgentFaultCode, Done } from './fault.ts';
export { closeOpenState } from './here/close-open.ts';
export type { HereFacts } from './here/facts.ts';
export { hereItems } from './here/items.ts';
export { hereFacts } from './here/look.ts';
export type { IsolationConfig } from './here/settings-items.ts';
export {
  type HookAnswer,
  type HookDialect,
  type HookHeaders,
  PLAIN_ANSWER,
  plainAnswer,
  plainText,
} from './hook/dialect.ts';
export { hookDialects } from './hook/dialects.ts';
export type { HookEvent, ImpliedUse, Subagent } from './hook/event.ts';
export { type SafetyFacts, safetyContext } from './hook/safety-context.ts';
export { chooseHookCommand } from './hook-client/choose.ts';
export { runCanaryClient } from './launch-headless.ts';
export type { InstalledClient, Machine } from './machine.ts';
export { machineHere } from './machine.ts';
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
export { type Headless, type HeadlessOptions, headlessFault, runAgentHeadless } from './run/headless.ts';
export { prepareRun, type RunOptions, type WallsOfRun } from './run/prepare.ts';
export { type ForegroundOptions, runAgent } from './run/run.ts';
export { RUN_VARIABLES, type RunHeaders, runHeaders } from './run-headers.ts';
export { isSystemdRunning, ownerOf, type ServiceOwner } from './service/host.ts';
export { type Lies, removeService, serviceLies, writeService } from './service/install.ts';
export { type Managed, type Manager, managerOf, type RunManager, runManagerOf } from './service/launch-manager.ts';
export type { ServiceFault, ServiceFile, ServiceProgram, ServiceScope } from './service/names.ts';
export { type ServiceHost, serviceFile, servicePlace } from './service/service.ts';
export { planSystem, systemAt, systemFacts, systemOf, systemRemovals } from './system.ts';
export { confirmWord, isConfirmWord, type RunEnd, type VerifyBench } from './verify/bench.ts';
export type { RunWalls } from './walls/wanted.ts';
export type { HookAlarm } from './watch/alarms.ts';
export { lookOnce } from './watch/look.ts';
export { type Chore, choreOf, holderOf, type OwnPrograms, type ProgramSeen } from './watch/own-programs.ts';
export { type HookWatch, type WatchOptions, watchHooks } from './watch/watch.ts';
