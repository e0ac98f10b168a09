// The door of changes: what a person is shown of what a write would do.
export { changeOf, unseen } from './change.ts';
export { type Look, lookAt } from './look.ts';
