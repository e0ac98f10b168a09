// The door of http.

export { adminHandlers } from './handlers/admin.ts';
export { agentHandlers } from './handlers/agents.ts';
export { callHandlers } from './handlers/calls.ts';
export { peopleHandlers } from './handlers/people.ts';
export { assertLoopback, type Listening, listen } from './listeners.ts';
export { createApp } from './server.ts';
