// The door of the canaries: planted secrets, and the freeze.
export { Canaries } from './canaries.ts';
