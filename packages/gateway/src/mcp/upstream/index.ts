// Everything between the gateway and MCP servers: their processes, their connections, one pool of them.

export { pinsRuntimeOnly } from './identity.ts';
export { isOpenWay, secretInTheOpen } from './open-way.ts';
export { isPrivateWay, type SignInFetch, signInFetch } from './sign-in-fetch.ts';
export type {
  Answer,
  FromServer,
  Looked,
  LookRequest,
  ModuleState,
  Opened,
  RequestOptions,
  Upstream,
} from './types.ts';
export { Upstreams } from './upstreams.ts';
