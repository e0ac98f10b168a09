// Whether an open vault is the one that was written last: what is remembered of it lies outside its folder, so that an older
// copy put in its place is seen (a rotated value would be back, a removed one too). It opens all the same: it may be a
// person's own doing.

/** As it is kept: the generation and the mark of the file. */
export const lastOf = (generation: number, mark: string): string => `${generation} ${mark}`;

/** @returns what is odd about it, or null. A newer one is no older: its note was lost, or another daemon wrote it. */
export function ageOf(last: string | null, generation: number, mark: string): string | null {
  const [written = '', wrote] = (last ?? '').split(' ');
  const before = Number(written);
  if (written === '' || !Number.isSafeInteger(before) || generation > before) return null;
  if (generation < before) return 'the vault is an older one than the last that was written';
  return mark === wrote ? null : 'the vault is another one than the last that was written';
}
