// One kind of secret, as data. A format says what a vendor's documentation says of its tokens and nothing else: what it
// means for the input is the detector's business.
import type { Confidence } from '../finding.ts';

export type Check = 'github-crc32' | 'jwt' | 'basic' | 'base64-json' | 'base64-pem';

interface Described {
  /** What stands in the secret's place: `[REDACTED:id]`. */
  readonly id: string;
  /** In the notation of shape.ts. */
  readonly shapes: readonly string[];
  /** Where the shape is described. */
  readonly source: string;
}

/** A token that says what it is by how it begins. */
export interface TokenFormat extends Described {
  /** Default `certain`. */
  readonly confidence?: Confidence;
  /** A checksum or an inner form: `certain` where it holds; where it does not, the confidence falls to `likely`. */
  readonly check?: Check;
  /** The check is part of the shape: where it fails, nothing was found. */
  readonly strict?: true;
  /** Its alphabet has few words' letters, or its secret part is short: do not ask whether it looks random. */
  readonly plain?: true;
  /** Only beside a word that names a secret; alone it is `possible` (keys that are public by design, short shapes). */
  readonly needsName?: true;
  /** The text it begins with is its name (`PHPSESSID=`): the secret stands after it. */
  readonly leadIsName?: true;
}

/** A value that only its name gives away: the vendor's word in the key, and exactly this shape as the value. */
export interface NamedFormat extends Described {
  /** Whole words of the key, small letters. */
  readonly words: readonly string[];
  /** `word`: the key must also hold a word for a secret (the shape is common: an id, a number, a plain hash). */
  readonly needs?: 'word';
  /** The vendor's secrets have these shapes and no others: a value of another shape beside its word is only `possible`. */
  readonly exact?: true;
}
