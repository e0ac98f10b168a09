// A law that cannot fail is worse than none: each is tried on snippets that break it and on one that does not.
import { expect } from 'vitest';
import { type SourceFile, sourceFile } from './source.ts';

/** What a law found wrong, one line each: `path:line what, because why`. */
export type Law = (files: readonly SourceFile[]) => readonly string[];

export const snippet = (path: string, text: string): SourceFile => sourceFile(path, text);

/** Expects one offence or more for each snippet that is bad, and none for those that are good. */
export function goesRed(law: Law, path: string, bad: readonly string[], good: readonly string[] = []): void {
  expect(bad.length, 'nothing to go red on').toBeGreaterThan(0);
  for (const text of bad) expect(law([snippet(path, text)]), text).not.toEqual([]);
  for (const text of good) expect(law([snippet(path, text)]), text).toEqual([]);
}

/** Applies a law to the tree: it must have had something to look at, and found nothing. */
export function holds(law: Law, files: readonly SourceFile[]): void {
  expect(files.length, 'the law looked at nothing').toBeGreaterThan(0);
  expect(law(files)).toEqual([]);
}
