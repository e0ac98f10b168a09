// Keys that are the same in every run and in every process: tests compare bytes.
import { createSigningKey } from '@castellan/ledger';

export const signer = createSigningKey('example.com/ledger', (n) => new Uint8Array(n).fill(7));
export const otherSigner = createSigningKey('example.com/ledger', (n) => new Uint8Array(n).fill(9));
