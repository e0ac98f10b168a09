// The public face of gateway.

export {
  annotationLints,
  compare,
  compareServer,
  type ManifestGaps,
  manifestFor,
  manifestGaps,
  scan,
  scanInstructions,
} from './mcp/definitions/index.ts';
export type {
  ClientSelf,
  EndpointCounts,
  EndpointHost,
  HttpPlace,
  HttpSeat,
  McpEndpoint,
  SocketPlace,
  SocketSeat,
} from './mcp/endpoint/index.ts';
export { shownName } from './mcp/endpoint/names.ts';
export type {
  FilledIn,
  Judged,
  McpAttempt,
  McpClock,
  McpGate,
  McpModules,
  McpOutcome,
  Seen,
  ServedModule,
  ServerNote,
  ServerSignIn,
  UpstreamHost,
} from './mcp/host.ts';
export { type ResolvedStart, type ResolveFault, type Resolving, resolveStart } from './mcp/install/index.ts';
export { openMcp } from './mcp/open.ts';
export {
  authorizationOf,
  codeText,
  exchangeCode,
  findSignIn,
  type Granted,
  type Parties,
  refreshTokens,
  registerClient,
  revokeToken,
  type SignInAnswer,
  type SignInChallenge,
  type SignInClient,
  type SignInServer,
} from './mcp/sign-in/index.ts';
export {
  isPrivateWay,
  type Looked,
  type LookRequest,
  type ModuleState,
  type SignInFetch,
  signInFetch,
  Upstreams,
} from './mcp/upstream/index.ts';
export { type Answered, type Asker, type AskerHost, type Asking, createAsker } from './model/ask.ts';
export { MAX_REQUEST_BYTES } from './model/body.ts';
export {
  type Broker,
  type BrokerHost,
  type Budgeted,
  createBroker,
  type KeyAnswer,
  type ModelRecord,
  modelRefusal,
  type Redacted,
} from './model/broker.ts';
export { addressPlace, hostPlace, type Place } from './model/place.ts';
export { modelFaults } from './model/upstream.ts';
