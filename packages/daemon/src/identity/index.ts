// The door of identity.
export { type Agents, isAgentId, loadAgents } from './agents.ts';
export { bearerOf, createIdentity, type Identity } from './authenticate.ts';
export { digestOf, NOTHING, sameDigest } from './credentials.ts';
export * from './people/index.ts';
