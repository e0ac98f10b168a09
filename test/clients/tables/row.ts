// One way past the hooks of a client, as it was carried out with the real one: without Castellan, and under it. Data: the tests
// hold each row, and docs/guide/ways-past.md is made of them.

export interface TableRow {
  /** `at-file`. */
  readonly id: string;
  /** In one line: lower case, no full stop. */
  readonly way: string;
  /** What the client does by itself with a hook that says no. */
  readonly alone: 'ran' | 'blocked' | 'hangs';
  /** What it does under Castellan, connected by its default scope. */
  readonly held: 'ran' | 'blocked';
  /** In scope `managed`, where that was measured too. */
  readonly managed?: 'ran' | 'blocked';
  /** The announced gap, where it runs all the same; null: it does not. */
  readonly gap: string | null;
}
