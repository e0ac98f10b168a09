// The door of connecting: agents made and revoked, those that are installed here, and a call to try it with.
export { type AgentChanges, agentChanges } from './changes.ts';
export { type AgentsHere, agentsHere } from './here.ts';
export { testCall } from './test-call.ts';
