// What stands for a value in records: a keyed hash. Without the key nobody can try values against it.
import { createHmac } from 'node:crypto';

/** 16 hexadecimal digits. `key`: 32 bytes in hexadecimal, from inside the vault. */
export const fingerprintOf = (key: string, value: string): string =>
  createHmac('sha256', Buffer.from(key, 'hex')).update(value, 'utf8').digest('hex').slice(0, 16);
