// What a lint says: how bad, about what, where, and what to do. INVARIANT: an error or a warning about a rule is proved, never
// guessed: where a condition cannot be followed, nothing is said.

export type Severity = 'error' | 'warning' | 'note';

export interface Finding {
  /** Which lint: `shadowed`, `never-matches`, … */
  readonly lint: string;
  readonly severity: Severity;
  /** A rule's id, `module/tool`, or a place in config.yaml. */
  readonly about: string;
  /** The file, as PolicySource names it. */
  readonly source: string;
  /** One line: what is wrong. */
  readonly message: string;
  /** One line: what to do. */
  readonly fix: string;
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** Worst first; within one severity by file, as they were found. */
export const inOrder = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted(
    (a, b) => RANK[a.severity] - RANK[b.severity] || (a.source < b.source ? -1 : Number(a.source > b.source)),
  );
