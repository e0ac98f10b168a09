// The door of escapes: what the system shows and no decided call explains.
export { type Covered, escapesCovered } from './covered.ts';
export { DecidedCalls } from './decided-calls.ts';
export { Escapes } from './escapes.ts';
