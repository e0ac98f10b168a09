// Planted credentials: they look like the real thing and open nothing. INVARIANT: every value is random enough that it
// stands nowhere by chance, so that whoever holds it read the file; none has the checksum its format would need to be tried
// anywhere with success.
export type CanaryKind = 'env' | 'aws' | 'ssh-key';

export interface Planted {
  /** What is watched for. */
  readonly value: string;
  /** The whole file. */
  readonly text: string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const MIXED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes that `plantedFile` needs. */
export const CANARY_RANDOM_BYTES = 512;

const pick = (random: Uint8Array, from: number, length: number, alphabet: string): string =>
  Array.from({ length }, (_, at) => alphabet[(random[from + at] ?? 0) % alphabet.length]).join('');

/**
 * A file to plant and the value in it. `random` holds `CANARY_RANDOM_BYTES` bytes nobody can guess.
 *
 * @throws RangeError when there are fewer: a canary that can be guessed accuses the innocent.
 */
export function plantedFile(kind: CanaryKind, random: Uint8Array): Planted {
  if (random.length < CANARY_RANDOM_BYTES) throw new RangeError(`${CANARY_RANDOM_BYTES} random bytes are needed`);
  switch (kind) {
    case 'env': {
      const value = pick(random, 0, 48, MIXED.slice(0, 62));
      return { value, text: `DB_HOST=db-1.internal\nDB_USER=billing\nDB_PASSWORD=${value}\n` };
    }
    case 'aws': {
      const value = pick(random, 0, 40, MIXED);
      const id = `AKIA${pick(random, 64, 16, LETTERS)}`;
      return { value, text: `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${value}\n` };
    }
    case 'ssh-key': {
      // The frame of an OpenSSH key around noise: its length fields make no sense, so no program takes it.
      const lines = Array.from({ length: 5 }, (_, line) => pick(random, line * 70, 70, MIXED));
      const value = lines.join('\n');
      const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} OPENSSH PRIVATE KEY-----`);
      return { value, text: `${begin}\n${value}\n${end}\n` };
    }
  }
}
