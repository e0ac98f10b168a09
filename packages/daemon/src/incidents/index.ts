// The door of incidents: what happened, and what became of it.
export { recordsAround } from './around.ts';
export { BEFORE_MS, exposedIn } from './exposed.ts';
export { Incidents } from './incidents.ts';
export { markdownOf } from './markdown.ts';
export { reportOf } from './report.ts';
