// The door of mending: what a person has done about an item of the checklist, and the daily look at the whole ledger.
export { LedgerCheck } from './ledger-check.ts';
export { type Hands, Mender } from './mender.ts';
