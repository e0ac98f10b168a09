// The door of grants.
export { type Grants, loadGrants } from './grants.ts';
