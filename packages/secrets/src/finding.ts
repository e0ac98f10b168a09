// One secret found in bytes: where it stands, what it is called, how sure we are. The one shape every search gives.

/**
 * certain: a known value, or a format whose shape (prefix, length, checksum) is a credential's and nothing else's.
 * likely: a value of the right shape beside a word that names it. possible: worth a person's look; never redacted by itself.
 */
export type Confidence = 'certain' | 'likely' | 'possible';

export interface Finding {
  /** Offsets in bytes of the UTF-8 text, end excluded: exactly the secret, without its quotes or its key. */
  readonly start: number;
  readonly end: number;
  /** What stands in its place: `[REDACTED:name]`. A known secret's name, or the id of the format. */
  readonly name: string;
  readonly by: 'known' | 'format' | 'assignment';
  readonly confidence: Confidence;
}
