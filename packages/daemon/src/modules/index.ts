// The door of the modules room: servers that people accepted, what is held back of them, and how they are added.
export type { Answer } from './fault.ts';
export { Modules } from './modules.ts';
export { openSignIns } from './oauth/sign-ins.ts';
export type { Returned, SignIns } from './sign-ins.ts';
