// The door of the state folder.
export { newDaemonToken, removeDaemonState, writeDaemonState } from './daemon-state.ts';
export { digestKey } from './digest-key.ts';
export { openState } from './open-state.ts';
export { type StatePaths, statePaths } from './paths.ts';
