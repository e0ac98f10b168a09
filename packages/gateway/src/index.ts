// The public face of gateway.

export {
  type Asked,
  askedFault,
  destinationOf,
  type Ended,
  isHostOf,
  isListed,
  type Owner,
  onlyLooks,
  type Passage,
  placeOf,
  type ReadHttp,
  type Redirected,
  type Refusal,
  redirectOf,
  sendWeb,
  Tunnels,
  urlFault,
  type WebAnswer,
  WebFault,
  type WebHost,
} from './egress/index.ts';
// One by one: what checks arguments loads a library of its own, and waits for the first client.
export { annotationLints } from './mcp/definitions/annotations.ts';
export { compare } from './mcp/definitions/compare.ts';
export { compareServer } from './mcp/definitions/compare-server.ts';
export { type ManifestGaps, manifestGaps } from './mcp/definitions/gaps.ts';
export { manifestFor } from './mcp/definitions/manifest-for.ts';
export { foldSameNames } from './mcp/definitions/same-names.ts';
export { scan, scanInstructions } from './mcp/definitions/scan/scan.ts';
export type {
  ClientSelf,
  EndpointCounts,
  EndpointHost,
  HttpAnswer,
  HttpAsked,
  HttpPlace,
  HttpSeat,
  McpEndpoint,
  SocketPlace,
  SocketSeat,
} from './mcp/endpoint/index.ts';
export { shownName } from './mcp/endpoint/names.ts';
export type {
  AskedUnder,
  FilledIn,
  Judged,
  McpAttempt,
  McpClock,
  McpGate,
  McpModules,
  McpOutcome,
  OwnTool,
  OwnUse,
  ScriptUse,
  Seen,
  ServedModule,
  ServerNote,
  ServerProgram,
  ServerSignIn,
  ServerWalls,
  UpstreamHost,
  WalledServer,
} from './mcp/host.ts';
export {
  collectPackages,
  type ResolvedStart,
  type ResolveFault,
  type Resolving,
  resolveStart,
} from './mcp/install/index.ts';
export { openMcp } from './mcp/open.ts';
export {
  authorizationOf,
  codeText,
  exchangeCode,
  findSignIn,
  type Granted,
  hostsOf,
  type Parties,
  refreshTokens,
  registerClient,
  revokeToken,
  type SignInAnswer,
  type SignInChallenge,
  type SignInClient,
  type SignInServer,
  strangerOf,
} from './mcp/sign-in/index.ts';
export {
  isOpenWay,
  isPrivateWay,
  type Looked,
  type LookRequest,
  type ModuleState,
  pinsRuntimeOnly,
  type SignInFetch,
  secretInTheOpen,
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
