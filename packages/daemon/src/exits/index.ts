// The door of the exits: everything that leaves the daemon passes them.
export type { Exits } from './exits.ts';
export { createGuard, type Guard } from './guard.ts';
export { bytesWithout, namesTaken, valueWithout } from './in-steps.ts';
export { type LastLook, lastLook } from './last-look.ts';
export { answerText, saidIn } from './verbatim.ts';
export { createVoice } from './voice.ts';
