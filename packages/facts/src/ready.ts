// The shipped policy as data, made by `npm run bundle`: reading a hundred kilobytes of YAML takes longer than everything
// else a start does. INVARIANT: an entry stands for exactly the text it was made from; any other text is read as YAML.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** By SHA-256 of the file's text: what its parser made of it. */
export type Ready = Readonly<Record<string, unknown>>;

/** SHA-256 of a text as UTF-8, in lower-case hexadecimal: the name that a ready-made entry goes by. */
export const textDigest = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const known = new Map<string, Ready>();

/** What was made ready for a folder of shipped policy, or nothing. Read once. */
export function readyFor(shippedFolder: string): Ready {
  const ready = known.get(shippedFolder) ?? readReady(readyFile(shippedFolder));
  known.set(shippedFolder, ready);
  return ready;
}

/** Beside the shipped folder, where built files go. */
export const readyFile = (shippedFolder: string): string => `${shippedFolder}/../dist/shipped.json`;

function readReady(file: string): Ready {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Ready) : {};
  } catch {
    // Not built, or half built: the YAML is always there.
    return {};
  }
}
