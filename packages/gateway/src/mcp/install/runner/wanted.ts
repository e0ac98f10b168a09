// What a command line asks for: a package of a registry and its program, or nothing that is ours to resolve.

export interface WantedPackage {
  readonly name: string;
  /** As it was written: a version, a range, a tag; null: whatever is newest. */
  readonly range: string | null;
  /** The program inside the package; null: the one it is known by. */
  readonly program: string | null;
  readonly args: readonly string[];
  readonly notes: readonly string[];
}

export type Wanted =
  | ({ readonly kind: 'npm' } & WantedPackage)
  | ({ readonly kind: 'pypi' } & WantedPackage)
  | { readonly kind: 'refused'; readonly why: string; readonly hint: string }
  | { readonly kind: 'other' };

export const refusedWords = (why: string, hint: string): Wanted => ({ kind: 'refused', why, hint });
