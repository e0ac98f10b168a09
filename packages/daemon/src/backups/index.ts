// The door of copies of the state.
export { Backups, copiesFolder, told } from './backups.ts';
export { keyFinder, lockOfState } from './copy-keys.ts';
export { CopyReader } from './copy-reader.ts';
export { CopyFault } from './fault.ts';
export { makeCopy, vaultAsIs } from './make-copy.ts';
export { restore } from './restore.ts';
export { settleRestored } from './settle-restored.ts';
export { verifyCopy } from './verify-copy.ts';
