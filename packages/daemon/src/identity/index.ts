// The door of identity.
export { type AgentChange, type Agents, isAgentId, loadAgents, type NewAgent } from './agents.ts';
export { bearerOf, createIdentity, type Identity } from './authenticate.ts';
export { digestOf, NOTHING, sameDigest } from './credentials.ts';
export * from './factors/index.ts';
export { makeModelKey } from './model-key.ts';
export * from './people/index.ts';
export * from './tokens/index.ts';
