// The door of evidence: records on their way out, as an export or to a collector.
export { Exports } from './export/exports.ts';
export type { Select } from './export/walk.ts';
export { formsOf } from './forms/forms.ts';
export { Forwards } from './forward/forwards.ts';
