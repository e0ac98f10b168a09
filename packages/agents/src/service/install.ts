// Writes the service's file and takes it away again. INVARIANT: a file that is not ours is neither overwritten nor removed; what is
// removed is that file and nothing of the state.
import { rm } from 'node:fs/promises';
import { readIfThere, realPath, replaceFile } from '../files.ts';
import { MADE_BY_US, type ServiceFault, type ServiceFile } from './names.ts';

export type Lies =
  | { readonly kind: 'none' }
  /** Ours, and what would be written now. */
  | { readonly kind: 'same' }
  /** Ours, and otherwise: of another version, or edited. */
  | { readonly kind: 'other'; readonly text: string }
  | { readonly kind: 'foreign' };

/** What lies where the service's file would. */
export async function serviceLies(path: string, text: string): Promise<Lies> {
  const found = await readIfThere(path);
  if (found === null) return { kind: 'none' };
  if (found === text) return { kind: 'same' };
  return found.split('\n').slice(0, 2).join('\n').includes(MADE_BY_US)
    ? { kind: 'other', text: found }
    : { kind: 'foreign' };
}

const foreign = (path: string): ServiceFault => ({
  message: `\`${path}\` is there and was not made by \`castellan service install\``,
  hints: ['move it away first, or keep it and let it start the daemon'],
});

/** Null: it is written. */
export async function writeService({ path, text, mode }: ServiceFile): Promise<ServiceFault | null> {
  const lies = await serviceLies(path, text);
  if (lies.kind === 'foreign') return foreign(path);
  if (lies.kind !== 'same') await replaceFile(await realPath(path), text, mode);
  return null;
}

/** Removes the file, and nothing else. Null: it is gone. */
export async function removeService(path: string): Promise<ServiceFault | null> {
  const lies = await serviceLies(path, '');
  if (lies.kind === 'foreign') return foreign(path);
  if (lies.kind !== 'none') await rm(path);
  return null;
}
