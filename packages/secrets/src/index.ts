// The public face of secrets.
export { MIN_SECRET_LENGTH } from './forms.ts';
export { createRedactor, type KnownSecret, type Redactor } from './redactor.ts';
