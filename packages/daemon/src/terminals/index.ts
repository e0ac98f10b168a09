// The door of the terminals.
export { Terminals } from './terminals.ts';
