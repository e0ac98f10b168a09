// The door of the remote listener.
export { RemoteDoor } from './door.ts';
export { isAgentsRoute, isPeoplesRoute } from './routes.ts';
export type { Fault } from './settings.ts';
