// SHA-256 as the contract writes it.
import { hash } from 'node:crypto';
import type { Digest } from '@castellan/contract';

export const sha256 = (text: string): Digest => `sha256:${hash('sha256', text, 'hex')}`;
