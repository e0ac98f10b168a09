// The door of phrasing.
export { openPhrasing } from './phrasing.ts';
