// The door of http: the routes, the guard before them, the listening sockets.
export { presentOf } from './events-stream.ts';
export { accountHandlers } from './handlers/account.ts';
export { adminHandlers } from './handlers/admin.ts';
export { agentHandlers } from './handlers/agents.ts';
export { alarmHandlers } from './handlers/alarms.ts';
export { backupHandlers } from './handlers/backups.ts';
export { callHandlers } from './handlers/calls.ts';
export { channelHandlers } from './handlers/channels.ts';
export { exportHandlers } from './handlers/export.ts';
export { factorHandlers } from './handlers/factors.ts';
export { healthHandlers } from './handlers/health.ts';
export { hookHandlers } from './handlers/hooks.ts';
export { insightHandlers } from './handlers/insight.ts';
export { type FactsHost, factsOf } from './handlers/insight-facts.ts';
export { ledgerHandlers } from './handlers/ledger.ts';
export { liveHandlers } from './handlers/live.ts';
export { type McpDoor, mcpHandlers, mcpSocket } from './handlers/mcp.ts';
export { modelHandlers } from './handlers/model.ts';
export { moduleCallbackHandlers } from './handlers/module-callback.ts';
export { moduleHandlers } from './handlers/modules.ts';
export { operationHandlers } from './handlers/operation.ts';
export { peopleHandlers } from './handlers/people.ts';
export { proofHandlers } from './handlers/proofs.ts';
export { resolveOver } from './handlers/resolve.ts';
export { scheduleHandlers } from './handlers/schedules.ts';
export { scriptHandlers } from './handlers/scripts.ts';
export { secretHandlers } from './handlers/secrets.ts';
export { standingHandlers } from './handlers/standings.ts';
export { terminalHandlers, terminalSockets } from './handlers/terminals.ts';
export { tokenHandlers } from './handlers/tokens.ts';
export { undoHandlers } from './handlers/undo.ts';
export { userHandlers } from './handlers/users.ts';
export {
  assertLoopback,
  listen,
  listenAgent,
  listenWayOut,
  loopbackFault,
  readHttp,
  type Service,
  type WayOut,
} from './listeners.ts';
export {
  openFeed,
  openSockets,
  Replay,
  Tickets,
  tellChanges,
} from './live/index.ts';
export { Loads } from './loads.ts';
export { Rates } from './rates.ts';
export { type Fault, isAgentsRoute, isPeoplesRoute, RemoteDoor } from './remote/index.ts';
export { createApp } from './server.ts';
export { serviceOf } from './service.ts';
export { Shares } from './shares.ts';
export { createPageServer, readPages } from './static.ts';
export { Turns } from './turns.ts';
