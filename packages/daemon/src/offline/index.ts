// The door of what is done without a daemon.
export { runOffline } from './offline.ts';
