// The door of the vault.
export { isOwnUser } from './allowed.ts';
export type { VaultFault } from './fault.ts';
export { type KeySettings, ownPathsOf } from './key-places.ts';
export { openKeychain } from './keychain.ts';
export { type Answer, Vault } from './vault.ts';
