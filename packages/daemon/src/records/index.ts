// The door of records: the only way into the ledger and out of it.
export { externalKey } from './record-index.ts';
export { Records } from './records.ts';
export { Refusals } from './refusals.ts';
export { Search } from './search.ts';
export { sessionRecord } from './session-record.ts';
