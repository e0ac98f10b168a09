// What MCP clients talk to.

export { McpEndpoint, openMcp } from './endpoint.ts';
export type {
  ClientSelf,
  EndpointCounts,
  EndpointHost,
  HttpAnswer,
  HttpAsked,
  HttpPlace,
  HttpSeat,
  SocketPlace,
  SocketSeat,
} from './types.ts';
