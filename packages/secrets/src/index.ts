// The public face of secrets.
export type { Confidence, Finding } from './finding.ts';
export { type KnownSecret, MIN_SECRET_LENGTH, whyNotProtected } from './known.ts';
export type { RedactingStream } from './redacting-stream.ts';
export { createRedactor, type Detector, type Redactor, type RedactorOptions } from './redactor.ts';
