// The door of the vault.
export type { SecretRequest, SecretUser } from './allowed.ts';
export type { VaultFault } from './fault.ts';
export type { KeySettings } from './key-places.ts';
export { openKeychain } from './keychain.ts';
export { type Answer, type Canary, type SecretAnswer, Vault } from './vault.ts';
