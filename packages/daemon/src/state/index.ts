// The door of the state folder.
export { newDaemonToken, removeDaemonState, writeDaemonState } from './daemon-state.ts';
export { digestKey } from './digest-key.ts';
export { leftOfRestore } from './interrupted.ts';
export { holdState, openState } from './open-state.ts';
export { type StatePaths, statePaths } from './paths.ts';
