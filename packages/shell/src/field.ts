// What one word of a command becomes. INVARIANT: `text` is what every shell would pass on; anything less sure has another kind.
import type { Span } from './span.ts';

export type Field =
  /** `contents`: the word is the name of a stream with this text in it (`<(echo a)`); absent: nobody knows. `found`: a text for a shell with a variable for a name. */
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly span: Span;
      readonly contents?: string;
      readonly found?: () => Names | undefined;
    }
  /** `folder` is the part before the first component with a pattern, `text` the whole pattern. What it matches is not known. */
  | { readonly kind: 'glob'; readonly folder: string; readonly text: string; readonly span: Span }
  /** `single`: one word whatever its value (a quoted variable), so it can be told what stands before and behind it. `number`: a whole number. */
  | {
      readonly kind: 'unknown';
      readonly note: string;
      readonly span: Span;
      readonly single?: boolean;
      readonly number?: boolean;
      /** A single word begins with this whatever else it is. */
      readonly starts?: string;
      /** What it begins with even where it may become several words. */
      readonly under?: string;
      /** One ordinary word (`$(whoami)`): no blanks, no pattern, no `-` in front. */
      readonly plain?: boolean;
      /** What it is where every value in it that is not known is empty. */
      readonly empty?: string;
      /** It was there before the command, and nobody put an option into it. */
      readonly inherited?: boolean;
      /** It is names that a command found (`$(find . -name '*.c')`), taken apart. */
      readonly names?: () => Names | undefined;
      /** The first variable in it. */
      readonly about?: string;
      /** Variables in it that hold secrets. */
      readonly secrets?: readonly string[];
    };

/** A word that is not known and is no option, whatever it is. */
export const isNoOption = (word: Field): boolean =>
  word.kind === 'unknown' &&
  word.single === true &&
  (word.starts !== undefined && word.starts !== '' ? !/^[-+]/.test(word.starts) : word.plain === true);

/** It may be several words, and none of them is an option. */
export const isInherited = (word: Field | undefined): boolean =>
  word?.kind === 'unknown' && word.inherited === true && !/^[-+(!,@*?[]/.test(word.empty ?? '-');

export const spanOf = (node: { readonly pos: number; readonly end: number }): Span => [node.pos, node.end];

/** Names that a command found, where they come from and how they stand. */
export interface Names {
  /** Where they were searched; every name lies at or below one of them and begins with it, as it was written. */
  readonly roots: readonly Field[];
  /** No links among them. */
  readonly noLinks: boolean;
  /** They are taken apart at blanks. */
  readonly split: boolean;
  /** They stand in a command unquoted: one that looks like a pattern is one. */
  readonly unquoted?: boolean;
}

/** Names that are looked up only where somebody asks. */
export type Told = () => Names | undefined;

/** What a command printed, where that is names. */
export interface Printed {
  readonly names: Told;
  readonly span: Span;
  readonly depth: number;
}
